"""The box's walls: what a forked process puts around itself before it runs a student.

`enter(plan)` confines; `fork` and `enter_first` do so with a process less; `layers` says
what a plan holds. `volunteer()` is for the kernel's process, so that a full memory kills
it and not the runner, which can still report that.
Only the standard library is used, and siblings are imported relatively, so that the
package can be loaded under any name.
"""

from .entering import NAMESPACED, enter, enter_first, fork, get_ready
from .identity import volunteer

__all__ = ["NAMESPACED", "enter", "enter_first", "fork", "get_ready", "volunteer"]
