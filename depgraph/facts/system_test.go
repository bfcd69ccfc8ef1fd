package facts

import "testing"

func TestSystemValue(t *testing.T) {
	for _, word := range []string{SystemUname, SystemCPUs, SystemMemory, SystemDay, SystemCgroup, SystemGiven, "/proc/filesystems"} {
		one, err := SystemValue(word)
		two, err2 := SystemValue(word)
		if one == 0 || one != two || err != nil || err2 != nil {
			t.Errorf("%s: %d, %d, %v, %v", word, one, two, err, err2)
		}
	}
	for _, word := range []string{"none", "/none", "/dev/zero"} {
		if _, err := SystemValue(word); err == nil {
			t.Errorf("%s: no error", word)
		}
	}
}
