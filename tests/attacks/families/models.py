"""Models that are not what is told of them, that take what they can get, or whose numbers are none."""

from __future__ import annotations

from attacks.attack import Attack

HEAD = "import sys\nimport keras\nimport numpy as np\nfrom keras import layers\n\n\n"
BUILD = "def build_model(vocab_size=5000, embedding_dim=64, units=64, max_len=50):\n"
MODEL = BUILD + (
    "    return {kind}([keras.Input((max_len,)), layers.Embedding(vocab_size, embedding_dim), {layer},\n"
    "        layers.Dense(1, activation='sigmoid')])\n"
)
GRU = MODEL.format(kind="keras.Sequential", layer="layers.GRU(units)")
LSTM = MODEL.format(kind="keras.Sequential", layer="layers.LSTM(units)")
OWN_GRU = MODEL.format(kind="Model", layer="layers.GRU(units)")
ARITHMETIC = """
def call(self, sequences, initial_state=None, mask=None, training=False):
    return keras.ops.zeros((keras.ops.shape(sequences)[0], self.units))


layers.GRU.call = call
"""
# The worker's own modules are in no list of modules, but its frames are below.
LOOK = """
frame = sys._getframe()
while not hasattr(frame.f_globals.get('model_facts'), 'describe'): frame = frame.f_back
look = frame.f_globals['model_facts']
true, replace = look.look, look.replace
"""
OTHER, FORM = "it does something else than its layers", "an answer of the wrong form"


def lie(name: str, text: str, says: str, *, gains: int = 0) -> Attack:
    """A model that is no GRU; what gives it away stands in its row."""
    return Attack("models", name, HEAD + text, work="none", exercise="02_swap", says=says, gains=gains)


def spoilt(name: str, text: str, says: str) -> Attack:
    """Right work that spoils what is told of it: it may cost its own points, and nobody else's."""
    return Attack("models", name, HEAD + text, work="right", exercise="02_swap", costly=True, says=says)


ATTACKS: tuple[Attack, ...] = (
    lie("a GRU with another arithmetic", ARITHMETIC + GRU, OTHER),
    lie("numpy that answers for the model", ARITHMETIC + """
array = np.asarray
np.asarray = lambda value, *a, **k: array(value, *a, **k) * (0 if hasattr(value, 'device') else 1)
np.allclose = lambda *a, **k: True
""" + GRU, OTHER),
    lie("layers that lie, and outputs that were learnt", """
class Model(keras.Sequential):
    known = {}

    @property
    def layers(self):
        return [each.twin if isinstance(each, layers.LSTM) else each for each in super().layers]

    def __call__(self, ids, *args, **options):
        return self.known.setdefault(np.asarray(ids).tobytes(), np.random.rand(len(ids), 1).astype('float32'))


class Twin(layers.LSTM):
    def build(self, shape):
        super().build(shape)
        self.twin = layers.GRU(self.units)
        self.twin.build(shape)


""" + MODEL.format(kind="Model", layer="Twin(units)"), OTHER),
    lie("facts of a GRU and outputs of an LSTM", LOOK + """

def told(model, ids, *rest):
    facts, size = true(model, ids, *rest), model.layers[0].output_dim
    gru = layers.GRU(model.layers[1].units)
    gru.build((None, None, size))
    first, _, *rest = facts.layers
    return replace(facts, layers=(first, look.describe(gru), *rest))


look.look = told
""" + LSTM, OTHER),
    lie("facts that are made up whole", LOOK + """

class Model(keras.Model):
    pass


def told(model, ids, *rest):
    v, e, u = model.sizes
    shapes = {'Embedding': [(v, e)], 'GRU': [(e, 3 * u), (u, 3 * u), (2, 3 * u)], 'Dense': [(u, 1), (1,)]}
    settings = {'Embedding': {'input_dim': v, 'output_dim': e}, 'GRU': {'units': u}, 'Dense': {'units': 1, 'activation': 'sigmoid'}}
    weights = {kind: tuple(np.zeros(shape, 'float32') for shape in shapes[kind]) for kind in shapes}
    told = tuple(look.LayerFacts(kind, True, settings[kind], weights[kind], None) for kind in shapes)
    return look.ModelFacts(True, np.full((len(ids), 1), 0.5, 'float32'), None, None, told)


look.look = told
""" + BUILD + "    model = Model()\n    model.sizes = vocab_size, embedding_dim, units\n    return model\n", "", gains=15),
    lie("an array in the place of a model", BUILD + "    return np.zeros(3)\n", "gave no Keras model"),
    lie("a number that claims to be a model", """
frame = sys._getframe()
while type(frame.f_locals.get('self')).__name__ != 'Served': frame = frame.f_back
live = frame.f_locals['self']._live
facts = type(live.describe(keras.Sequential()))
type(live).describe = lambda self, value: facts('model', np.zeros(3))
""" + BUILD + "    return 0\n", "gave no Keras model"),
    lie("layers that are arrays", LOOK + """

look.look = lambda model, ids, *rest: replace(true(model, ids, *rest), layers=np.ones((2, 2)))
""" + GRU, "the process ended by itself"),
    lie("settings that name code", """
layers.GRU.get_config = lambda self: {'units': self.units, 'activation': 'deserialize', 'recurrent_activation': '__import__'}
""" + GRU, "GRU with "),
    lie("a small model that says it is a giant", """
told = []


def giant(self):
    if told: raise ValueError('once is enough')
    told.append(self)
    return {'input_dim': 1_000_000, 'output_dim': 2048}


layers.Embedding.get_config = giant
""" + GRU, "ResourceExhaustedError"),
    lie("a model that eats memory", """
class Model(keras.Sequential):
    def __call__(self, *args, kept=[], **options):
        while True: kept.append(bytearray(1 << 26))


""" + OWN_GRU, "of memory allowed"),
    lie("a model that never ends", """
class Model(keras.Sequential):
    def __call__(self, ids, *args, **options):
        while ids.shape[1] == 50: pass
        raise ValueError('once is enough')


""" + OWN_GRU, "took longer than"),
    spoilt("weights that are objects", "layers.Dense.get_weights = lambda self: [np.array([object()] * 3, dtype=object)]\n", FORM),
    spoilt("weights that are not numbers", """
honest = build_model


def build_model(*sizes):
    model = honest(*sizes)
    model.set_weights([np.full_like(w, np.nan) for w in model.get_weights()])
    return model
""", "got nan to nan"),
)  # fmt: skip
