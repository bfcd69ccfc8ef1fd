package trace

import "context"

func run(context.Context, Command) (*Report, error) { return nil, ErrUnavailable }

// Main is the tracer process.
func Main(args []string) int { return 2 }
