from torch import nn

from ..layer import Case


def tied(*shape):
    """Elements of which many are equal, as after a ReLU: the gradient goes to the first of them."""
    return lambda draw: draw.integers(0, 3, *shape).double()


CASES = [
    Case("maxPool1d", nn.MaxPool1d(3), [(2, 2, 7)]),
    Case("maxPool1dStride", nn.MaxPool1d(3, stride=2, padding=1), [(2, 2, 6)]),
    Case("maxPool1dStride", nn.MaxPool1d(3, stride=2, padding=1), [tied(2, 2, 6)], "ties"),
    Case("maxPool1dDilation", nn.MaxPool1d(2, stride=1, dilation=3), [(2, 2, 6)]),
    Case("maxPool1dCeil", nn.MaxPool1d(2, ceil_mode=True), [(2, 2, 5)]),
    Case("maxPool2d", nn.MaxPool2d(2), [(2, 2, 4, 5)]),
    Case("maxPool2d", nn.MaxPool2d(2), [tied(2, 2, 4, 4)], "ties"),
    Case("maxPool2dOverlap", nn.MaxPool2d(3, stride=2, padding=1), [(2, 1, 5, 6)]),
    Case("maxPool2dOverlap", nn.MaxPool2d(3, stride=2, padding=1), [tied(2, 1, 5, 6)], "ties"),
    Case("maxPool2dPerAxis", nn.MaxPool2d((2, 3), stride=(1, 2), padding=(1, 0)), [(2, 1, 3, 5)]),
    Case("maxPool2dDilation", nn.MaxPool2d(2, stride=1, dilation=(2, 1)), [(2, 1, 4, 3)]),
    # Along one axis the last window would start in the padding, and is left out.
    Case("maxPool2dCeil", nn.MaxPool2d(3, stride=2, padding=1, ceil_mode=True), [(2, 1, 4, 5)]),
    Case("maxPool2dCeil", nn.MaxPool2d(3, stride=2, padding=1, ceil_mode=True), [tied(2, 1, 4, 4)], "ties"),
    Case("avgPool1d", nn.AvgPool1d(3), [(2, 2, 7)]),
    Case("avgPool1dStride", nn.AvgPool1d(3, stride=2, padding=1), [(2, 2, 6)]),
    Case(
        "avgPool1dInside",
        nn.AvgPool1d(3, stride=2, padding=1, count_include_pad=False, ceil_mode=True),
        [(2, 2, 6)],
    ),
    Case("avgPool2d", nn.AvgPool2d(2), [(2, 2, 4, 5)]),
    Case("avgPool2dOverlap", nn.AvgPool2d((3, 2), stride=(2, 1), padding=(1, 0)), [(2, 1, 5, 4)]),
    Case("avgPool2dInside", nn.AvgPool2d(3, stride=2, padding=1, count_include_pad=False), [(2, 1, 5, 6)]),
    Case("avgPool2dCeil", nn.AvgPool2d(3, stride=2, padding=1, ceil_mode=True), [(2, 1, 4, 6)]),
    Case(
        "avgPool2dCeilInside",
        nn.AvgPool2d(2, stride=3, padding=1, ceil_mode=True, count_include_pad=False),
        [(2, 1, 5, 6)],
    ),
    Case("adaptiveAvgPool1d", nn.AdaptiveAvgPool1d(3), [(2, 2, 6)]),
    Case("adaptiveAvgPool1d", nn.AdaptiveAvgPool1d(3), [(2, 2, 7)]),
    Case("adaptiveAvgPool2d", nn.AdaptiveAvgPool2d(1), [(2, 2, 3, 4)]),
    # One axis divides, one does not.
    Case("adaptiveAvgPool2dPerAxis", nn.AdaptiveAvgPool2d((2, 3)), [(2, 1, 4, 5)]),
    # More places than elements.
    Case("adaptiveAvgPool2dPerAxis", nn.AdaptiveAvgPool2d((2, 3)), [(2, 1, 3, 2)]),
    Case("adaptiveMaxPool1d", nn.AdaptiveMaxPool1d(3), [(2, 2, 6)]),
    Case("adaptiveMaxPool1d", nn.AdaptiveMaxPool1d(3), [tied(2, 2, 7)], "ties"),
    Case("adaptiveMaxPool2d", nn.AdaptiveMaxPool2d(1), [(2, 2, 3, 4)]),
    Case("adaptiveMaxPool2dPerAxis", nn.AdaptiveMaxPool2d((2, 3)), [(2, 1, 4, 5)]),
    Case("adaptiveMaxPool2dPerAxis", nn.AdaptiveMaxPool2d((2, 3)), [tied(2, 1, 3, 2)], "ties"),
]
