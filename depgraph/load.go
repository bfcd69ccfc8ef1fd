package depgraph

// The -l limit, measured as GNU make 4.4 does on Linux: the number of processes that are running right now, which
// /proc/loadavg tells in its fourth field, must not be above the limit. Where that cannot be read, the load average
// of the last minute stands in. That lags behind by a minute and would let a whole batch start at once, so make adds a
// guess for the jobs it started in this second and the one before; at or above the limit then is too much. make 4.3
// always uses the second method; nothing but timing depends on it.

import (
	"bytes"
	"os"
	"strconv"
	"time"

	"golang.org/x/sys/unix"
)

// startWeight is what a job started a moment ago is taken to add to the load average; those of the second before
// count that much again.
const startWeight = 0.25

// loadMeter is not safe for concurrent use; Slots guards it. A nil meter has no limit.
type loadMeter struct {
	max     float64
	running func() (int, bool)     // processes that run now
	average func() (float64, bool) // load average of the last minute
	now     func() time.Time

	second  int64   // the second that starts belongs to
	starts  int     // jobs started in it
	before  float64 // weighted starts of the second before it
	noCount bool    // running failed once: not asked again
}

func newLoadMeter(limit float64) *loadMeter {
	if limit < 0 {
		return nil
	}
	return &loadMeter{max: limit, running: runningProcesses, average: loadAverage, now: time.Now}
}

// started notes the start of a job.
func (m *loadMeter) started() {
	if m != nil {
		m.starts++
	}
}

func (m *loadMeter) tooHigh() bool {
	if m == nil {
		return false
	}
	if !m.noCount {
		if n, ok := m.running(); ok {
			return float64(n) > m.max
		}
		m.noCount = true
	}
	load, _ := m.average() // unknown counts as idle, as in make
	if now := m.now().Unix(); now > m.second {
		m.before = 0
		if now == m.second+1 {
			m.before = startWeight * float64(m.starts)
		}
		m.second, m.starts = now, 0
	}
	return load+startWeight*(float64(m.starts)+m.before) >= m.max
}

func runningProcesses() (int, bool) {
	data, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return 0, false
	}
	return parseRunning(data)
}

// parseRunning reads "<1m> <5m> <15m> <running>/<total> <last pid>".
func parseRunning(data []byte) (int, bool) {
	f := bytes.Fields(data)
	if len(f) < 4 {
		return 0, false
	}
	count, _, ok := bytes.Cut(f[3], []byte("/"))
	if !ok {
		return 0, false
	}
	n, err := strconv.Atoi(string(count))
	return n, err == nil && n >= 0
}

func loadAverage() (float64, bool) {
	var info unix.Sysinfo_t
	if err := unix.Sysinfo(&info); err != nil {
		return 0, false
	}
	return float64(info.Loads[0]) / (1 << 16), true
}
