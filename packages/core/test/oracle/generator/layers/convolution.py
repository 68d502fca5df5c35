from torch import nn

from ..layer import Case

CASES = [
    Case("conv1d", nn.Conv1d(2, 3, 3), [(2, 2, 6)]),
    Case("conv1dStride", nn.Conv1d(2, 2, 3, stride=2, padding=1), [(2, 2, 6)]),
    Case("conv1dSame", nn.Conv1d(2, 2, 4, padding="same"), [(2, 2, 5)]),
    Case("conv1dDilation", nn.Conv1d(2, 2, 3, dilation=2, bias=False), [(2, 2, 7)]),
    Case("conv1dGroups", nn.Conv1d(4, 6, 2, groups=2), [(2, 4, 4)]),
    Case("conv2d", nn.Conv2d(2, 3, 3), [(2, 2, 4, 5)]),
    # The kernel covers all of the image.
    Case("conv2d", nn.Conv2d(2, 3, 3), [(1, 2, 3, 3)]),
    Case("conv2dPointwise", nn.Conv2d(3, 2, 1), [(2, 3, 2, 3)]),
    Case("conv2dPadding", nn.Conv2d(2, 2, 3, padding=1), [(2, 2, 3, 4)]),
    # Strides leave a row and a column over.
    Case("conv2dStride", nn.Conv2d(1, 2, (2, 3), stride=(2, 3), padding=(0, 1)), [(2, 1, 5, 6)]),
    Case("conv2dSame", nn.Conv2d(1, 2, (3, 2), padding="same", dilation=(2, 1)), [(2, 1, 4, 3)]),
    Case("conv2dValid", nn.Conv2d(1, 2, 2, padding="valid", bias=False), [(2, 1, 3, 3)]),
    Case("conv2dDilation", nn.Conv2d(1, 2, 2, dilation=(1, 3)), [(2, 1, 3, 5)]),
    Case("conv2dGroups", nn.Conv2d(4, 2, 2, groups=2), [(2, 4, 3, 3)]),
    Case("conv2dDepthwise", nn.Conv2d(3, 6, 2, groups=3, stride=2), [(2, 3, 4, 4)]),
    Case("convTranspose1d", nn.ConvTranspose1d(2, 3, 3), [(2, 2, 4)]),
    Case(
        "convTranspose1dStride",
        nn.ConvTranspose1d(2, 2, 3, stride=2, padding=1, output_padding=1),
        [(2, 2, 4)],
    ),
    Case("convTranspose1dDilation", nn.ConvTranspose1d(2, 2, 3, dilation=2, bias=False), [(2, 2, 3)]),
    Case("convTranspose2d", nn.ConvTranspose2d(2, 2, 3), [(2, 2, 2, 3)]),
    # What transposed convolutions are for: twice the size.
    Case("convTranspose2dStride", nn.ConvTranspose2d(2, 2, 2, stride=2), [(2, 2, 2, 3)]),
    Case(
        "convTranspose2dPadding",
        nn.ConvTranspose2d(1, 2, 3, stride=(2, 3), padding=(1, 0), output_padding=(1, 2)),
        [(2, 1, 2, 2)],
    ),
    # More is added at the end than cut off, and more than the stride.
    Case(
        "convTranspose2dDilation",
        nn.ConvTranspose2d(1, 2, 2, dilation=(1, 3), padding=(0, 1), output_padding=(0, 2)),
        [(2, 1, 2, 2)],
    ),
    Case("convTranspose2dGroups", nn.ConvTranspose2d(4, 6, 2, groups=2), [(1, 4, 2, 2)]),
    Case(
        "network",
        nn.Sequential(
            nn.Conv2d(1, 2, 3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(2, 3, 2),
            nn.Tanh(),
            nn.AdaptiveAvgPool2d(1),
            nn.Flatten(),
            nn.Linear(3, 2),
        ),
        [(2, 1, 6, 6)],
    ),
]
