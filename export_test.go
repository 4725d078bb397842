// What the black-box tests need of the inside.

package venice

import "github.com/venice-go/venice/gen"

// DoerOf returns what the generated methods of c hand their calls to.
func DoerOf(c *Client) gen.Doer { return c.doer }
