"""Everyday words, of no course: which hold a sentence together, which take something back, which belong elsewhere."""

from __future__ import annotations

FUNCTION = frozenset(
    """
    a about after again all also although always am an and any are as at be because been before being between both but by
    can cannot could did do does doing during each either else even ever every few for from had has have having he her here
    his how however i if in into is it its itself just let like may me might more most much must my near neither no nor not
    of off often on once one only or other our out over own per rather same shall she should since so some still such than
    that the their them then there therefore these they this those though through thus to too under until up upon us very
    was we were what when where whereas whether which while who whose why will with within without would yet you your
    less least least many enough hence whenever wherever instead unless except via across down
    """.split()
)

COMMON = FUNCTION | frozenset(
    """
    able add added adds already answer answers apart around away back based basically become becomes better bit called case
    cases certain certainly clear clearly close compared consider course decide decided decides definitely different
    directly done during end example exactly fact first found full fully generally get gets getting give given gives go goes
    going good great help helps high higher important kind know known last later latter look looks lot low lower made main
    mainly make makes making mean means my need needed needs never new next now obviously old part particular place point
    possible put question reason really right said say says second see seen set shows simply small something sort sure take
    taken takes tell tells thing things think thought time times together true try two type understand use used uses using
    usually want wants way ways well whole without word words work works would write wrong yes believe opinion both three
    four five keep keeps kept longer short long
    """.split()
)

NEGATORS = frozenset("not no never none neither nor cannot nothing nobody hardly barely rarely without".split())
NO_DENIAL = frozenset(
    "only doubt question problem wonder matter exaggeration surprise".split()
)  # "no doubt", "not only"
FALSE = frozenset("wrong false untrue incorrect mistaken myth unable fail fails failed doubt doubts doubtful".split())

TAKEN_BACK = frozenset(
    """
    no nope wrong incorrect false untrue actually wait sorry unsure maybe perhaps possibly guess guessing idk depends depend
    opposite contrary reverse reversed kidding joke joking both neither unclear probably doubt nonsense
    """.split()
)
UNDECIDED = frozenset("or either all same equal equally similar similarly alike sometimes also too".split())

REASONS = frozenset(
    """
    because since as it they which that this these so due by for through where when whenever if its their thus hence
    therefore
    """.split()
)
JOINTS = frozenset("because since while whereas but although though so which and".split())
COMPARES = frozenset("than unlike versus vs compared comparison between among against instead rather over".split())

CONTRACTED = {"s": "is", "re": "are", "ve": "have", "ll": "will", "d": "would", "m": "am"}  # what follows an apostrophe
NEGATED = {f"{verb}nt": verb for verb in "do does did is are was were could would should has have had need".split()}
NEGATED |= {"cant": "can", "cannot": "can", "wont": "will", "shant": "shall", "aint": "is"}  # apostrophes apart
BEFORE_IS = frozenset("it that there what who here he she where how this".split())

VERBS = frozenset(
    """
    act add allow ask bring capture carry choose clear combine compute calculate contain control copy decide define delete
    depend determine discard drop ensure erase feed filter flow focus forget get give go govern handle have help hold ignore
    keep lack learn let look lose make manage mean merge mix need open pass perform pick predict preserve process read
    reduce regulate remain remember remove replace represent require reset retain run save say scale select show skip solve
    speed stay stop store take tell throw train treat update use want weigh work
    """.split()
)
FOREIGN = frozenset(
    """
    der das und ist nicht ein eine einen mit für wird werden von den dem zu auf sind auch wie sich nur wenn bei oder dass
    durch aus hat haben weil als beim zum zur dieser diese kann mehr weniger
    la de le les des une est et que qui dans pour pas sur au aux ce cette sont plus moins avec par du elle il ils ne quelle quel
    el los las una es se con por para del su más menos pero como lo al son cuando porque muy
    gli che di non della nel sono più perché quando quanto alla dello
    het een van niet wordt zijn voor naar bij ook meer minder omdat
    jest nie oraz przez który która dla więcej mniej się
    bir ve için daha olan ile bu ne çok
    não uma dos das na em mais quando
    """.split()
)
