// Where every thread of this process is, for one that does not answer itself any more. On a stack that hangs nothing
// may be allocated or locked: each thread writes its own down, in a signal handler, when it is asked to.
#pragma once

namespace tael {

inline constexpr int error_output = 2;  ///< Where a process says what went wrong.

/// Once, before it is needed: loads what the handler uses.
void prepare_stack_dump();

/// Writes to a file descriptor, thread by thread. One that does not answer within a fifth of a second is left out, and
/// said to be. Returns how many answered. From one thread at a time.
int dump_stacks(int file);

}  // namespace tael
