"""Harmless changes of a student's work, drawn at random: none of them may move a mark.

``work``     a file as its cells, how it is read and written
``edits``    places in Python's text, and how something is put there
``code``     changes of what the file says: other names, another order, more prints
``form``     changes of how the file is handed in: notebook or script, line ends, names, what lies beside it
``answers``  changes of how written answers are put down
``draw``     which changes a drawn student made, and the smallest part of them that still moves a mark
``grade``    one run of ``grader score`` over originals and drawn students, compared check by check
"""
