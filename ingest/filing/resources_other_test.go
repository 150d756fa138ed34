//go:build !unix

package filing

import "time"

func processorTime() time.Duration { return 0 }

func resident() uint64 { return 0 }
