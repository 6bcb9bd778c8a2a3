//go:build unix

package main

import (
	"syscall"
	"time"
)

// processTime is the CPU time that the process has had: what a busy machine does not change.
func processTime() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
