// The time of tests.

package signer

import "time"

var noon = time.Date(2026, 10, 1, 12, 0, 0, 0, time.UTC)
