// Package clients has other clients, made for the OpenAI API, call the service: with a wallet and no API key, through
// [signer.Transport], and for a week's work against the fake. One of them is in JavaScript, in the folder node. It is a
// module of its own, so that they stay out of the module that users import.
package clients

import _ "github.com/venice-go/venice/signer" // for the link above
