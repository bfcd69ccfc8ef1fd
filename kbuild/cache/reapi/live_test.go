package reapi_test

// This file has the client speak with servers that others have written: GOKBUILD_REAPI_SERVERS names their addresses.
// testdata/e2e/remote.sh starts them.

import (
	"os"
	"strings"
	"testing"

	"gokbuild/kbuild/cache/reapi"
)

func TestLive(t *testing.T) {
	for address := range strings.FieldsSeq(os.Getenv("GOKBUILD_REAPI_SERVERS")) {
		t.Run(address, func(t *testing.T) {
			c := dial(t, address)
			storeAndRead(t, c)
			storeAndAsk(t, c)
			if client, ok := c.(*reapi.Client); ok {
				can, err := client.Capabilities(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				t.Logf("can %+v", can)
			}
		})
	}
}
