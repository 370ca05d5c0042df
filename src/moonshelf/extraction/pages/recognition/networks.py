"""Networks: the steps of OpenVINO's models, found so that they can be computed otherwise."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def above(node: Any, kind: str) -> Any:  # Any: OpenVINO's models are untyped
    """Return the nearest step of a *kind* among those that *node* takes its first input from."""
    node = node.input_value(0).get_node()
    return node if node.get_type_name() == kind else above(node, kind)


def weights(node: Any) -> "NDArray[np.float32]":
    """Return the constant that *node* takes as its second input."""
    found: NDArray[np.float32] = node.input_value(1).get_node().get_data()
    return found
