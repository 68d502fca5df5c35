"""Recurrent layers and their cells: outputs and final states, side by side in one vector."""

import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from ..layer import Case

PARTS = {
    "weight_ih": "inputWeight",
    "weight_hh": "hiddenWeight",
    "bias_ih": "inputBias",
    "bias_hh": "hiddenBias",
}


def names_of(module):
    """PyTorch's weight_ih_l1_reverse of a bidirectional layer is Versant's cells.3.inputWeight."""
    if isinstance(module, nn.RNNCellBase):
        return PARTS
    directions = ["", "_reverse"] if module.bidirectional else [""]
    suffixes = [f"_l{layer}{each}" for layer in range(module.num_layers) for each in directions]
    return {
        f"{name}{suffix}": f"cells.{index}.{part}"
        for index, suffix in enumerate(suffixes)
        for name, part in PARTS.items()
    }


def flat(*tensors):
    return torch.cat([each.flatten() for each in tensors])


def parts(state):
    return state if isinstance(state, tuple) else (state,)


def state_of(tensors):
    """None, h, or (h, c), as PyTorch takes it."""
    return tuple(tensors) if len(tensors) > 1 else next(iter(tensors), None)


def run(module, sequences, *initial):
    output, state = module(sequences, state_of(initial))
    return flat(output, *parts(state))


def run_unequal(module, sequences, lengths, *initial):
    packed = pack_padded_sequence(sequences, lengths, batch_first=True, enforce_sorted=False)
    output, state = module(packed, state_of(initial))
    padded, _ = pad_packed_sequence(output, batch_first=True, total_length=sequences.shape[1])
    return flat(padded, *parts(state))


def step(module, x, *initial):
    return flat(*parts(module(x, state_of(initial))))


def case(key, module, shapes, name="", call=run):
    return Case(key, module, shapes, name, call=call, names=names_of(module))


def layers(key, make, states):
    """The configurations that every kind of layer has; `states` tensors make up its state."""
    stacked = make(2, num_layers=2)
    both_ways = make(2, bidirectional=True)
    lengths = torch.tensor([2, 4, 1])
    return [
        case(key, make(3), [(2, 4, 2)]),
        case(key, make(3), [(1, 3, 2)], "a batch of one"),
        case(key, make(3), [(2, 1, 2)], "sequences of one step"),
        case(f"{key}WithoutBias", make(2, bias=False), [(2, 3, 2)]),
        case(f"{key}WithState", make(2), [(2, 3, 2), *[(1, 2, 2)] * states]),
        case(f"{key}Stacked", stacked, [(2, 3, 2)]),
        case(f"{key}BothWays", both_ways, [(2, 3, 2)]),
        case(f"{key}Unequal", make(2), [(3, 4, 2), lengths], call=run_unequal),
        case(
            f"{key}UnequalBothWays",
            both_ways,
            [(3, 4, 2), lengths, *[(2, 3, 2)] * states],
            "with an initial state",
            run_unequal,
        ),
    ]


def recurrent(layer):
    return lambda hidden, **options: layer(2, hidden, batch_first=True, **options)


def relu(hidden, **options):
    return nn.RNN(2, hidden, batch_first=True, nonlinearity="relu", **options)


CASES = [
    *layers("rnn", recurrent(nn.RNN), 1),
    *layers("lstm", recurrent(nn.LSTM), 2),
    *layers("gru", recurrent(nn.GRU), 1),
    case("rnnRelu", relu(3), [(2, 3, 2)]),
    case("rnnReluBothWays", relu(2, num_layers=2, bidirectional=True), [(2, 3, 2)]),
    case("lstmStackedBothWays", recurrent(nn.LSTM)(1, num_layers=2, bidirectional=True), [(2, 3, 2)]),
    case("gruStackedBothWays", recurrent(nn.GRU)(1, num_layers=2, bidirectional=True), [(2, 3, 2)]),
    case("rnnCell", nn.RNNCell(2, 3), [(2, 2)], call=step),
    case("rnnCell", nn.RNNCell(2, 3), [(2, 2), (2, 3)], call=step),
    case("rnnCellRelu", nn.RNNCell(2, 3, nonlinearity="relu"), [(2, 2), (2, 3)], call=step),
    case("lstmCell", nn.LSTMCell(2, 2), [(2, 2)], call=step),
    case("lstmCell", nn.LSTMCell(2, 2), [(2, 2), (2, 2), (2, 2)], call=step),
    case("gruCell", nn.GRUCell(2, 2), [(2, 2)], call=step),
    case("gruCell", nn.GRUCell(2, 2), [(2, 2), (2, 2)], call=step),
    case("gruCellWithoutBias", nn.GRUCell(2, 2, bias=False), [(2, 2), (2, 2)], call=step),
]
