package ctext

import "testing"

func TestNumbers(t *testing.T) {
	tests := []struct {
		s    string
		base int
		v    int64
		n    int
	}{{"12", 10, 12, 2}, {"-5x", 10, -5, 2}, {"0x1f", 0, 31, 4}, {"0x", 16, 0, 1}, {"010", 0, 8, 3}, {"", 10, 0, 0}, {" 7", 10, 7, 2},
		{"9223372036854775808", 10, 9223372036854775807, 19}, {"ff", 16, 255, 2}, {"x", 0, 0, 0}}
	for _, tt := range tests {
		v, n, _ := Strtoull(tt.s, tt.base, true)
		if int64(v) != tt.v || n != tt.n {
			t.Errorf("%q base %d: %d (%d bytes), want %d (%d)", tt.s, tt.base, int64(v), n, tt.v, tt.n)
		}
	}
}
