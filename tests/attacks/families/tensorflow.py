"""What is not its own, by TensorFlow's hands: files and sockets that no code of Python's opens."""

from __future__ import annotations

from attacks.attack import Attack, reach


def by_tensorflow(name: str, body: str) -> Attack:
    """An attack on the system whose system calls are made in TensorFlow's own code."""
    return reach("tensorflow", name, "import tensorflow as tf\n" + body, exercise="03_measure")


ATTACKS: tuple[Attack, ...] = (
    by_tensorflow("read a secret by an operation", "return tf.io.read_file('@CANARY@').numpy()"),
    by_tensorflow("read a secret in a data set", "return [line.numpy() for line in tf.data.TextLineDataset('@CANARY@')]"),
    by_tensorflow("read the hidden checks by its file", "return tf.io.gfile.GFile('@COURSE@/checks/hidden_03_measure.py').read()"),
    by_tensorflow("list the class by its file system", "return tf.io.gfile.listdir('@CLASS@')"),
    by_tensorflow("write a file by an operation", "tf.io.write_file('@DROP@/@NAME@', 'x')"),
    by_tensorflow("write a checkpoint", "tf.train.Checkpoint(v=tf.Variable(1.0)).write('@DROP@/@NAME@/x')"),
    by_tensorflow("export a module", "tf.saved_model.save(tf.Module(), '@DROP@/@NAME@')"),
    by_tensorflow("remove a file by its file system", "tf.io.gfile.remove('@DROP@/to-remove'); return 'removed'"),
)  # fmt: skip
