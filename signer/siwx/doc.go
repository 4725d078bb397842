// Package siwx is the sign-in itself (Sign-In-With-X): the text that a wallet signs, the header that carries it, and, for
// servers, the service's judgement of both.
//
// A client needs none of it: [github.com/venice-go/venice/signer.SignIn] makes the sign-ins of a client's calls. A server
// that lets wallets in has a [Verifier] check what its callers send.
package siwx
