//go:build unix

package filing

import (
	"fmt"
	"os"
	"syscall"
	"time"
)

// processorTime is what this process and those that it waited for took of the processor.
func processorTime() (sum time.Duration) {
	for _, who := range []int{syscall.RUSAGE_SELF, syscall.RUSAGE_CHILDREN} {
		var u syscall.Rusage
		if syscall.Getrusage(who, &u) == nil {
			sum += time.Duration(u.Utime.Nano() + u.Stime.Nano())
		}
	}
	return sum
}

// resident is how much memory this process has; 0 where the system does not say.
func resident() uint64 {
	var size, pages uint64
	data, _ := os.ReadFile("/proc/self/statm")
	fmt.Sscan(string(data), &size, &pages)
	return pages * uint64(os.Getpagesize())
}
