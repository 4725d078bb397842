// The fake as a server on loopback, for tests.

// Package venicetest is a fake of the Venice API that runs in the test's own process: no account and no network. Use
// [NewServer] in tests, and [NewHandler] to serve the fake in any other way. The keys that [Handler.InferenceKey] and
// [Handler.AdminKey] make belong to one account, which has 100 USD.
//
// It issues and checks the tokens of the mint routes, recovers the wallet that signed, keeps a ledger of stakes, stores
// the keys it mints and lets them in until they expire or are revoked. Every request is read, and every answer
// written, against the API's description: what the description does not allow is refused with the 400 of the real
// service, and an answer of the fake that breaks it fails the test. Wallets and payments have the service's limits
// ([WithoutRateLimits] lifts some); keys are held back only if a test asks for it ([WithRequestLimit], [WithErrorBudget]).
//
// A chat repeats what the user said last: "You said: ...". It calls the tools that this speaks of, with arguments that
// their schemas accept, and quotes their results in the next turn; it keeps to a response format, to stops and limits;
// it says what pictures, sounds and documents came along; and it finds made-up pages on the web. Models think, sign what
// they thought, and refuse a history that lost it, each in the way of its provider. What a model of the list cannot do is
// refused. Streams and the Responses route say the same as plain answers, and what a call used and cost adds up with
// balances and ledgers to the last digit. Venice's own system prompt is not counted. Embeddings are near each other for
// texts that share words.
//
// Pictures show their prompt as bands, each in the colour that a word always has, in the size, number and format that was
// asked for; they can be edited, enlarged and cut out. Speech lasts 65 milliseconds a character, and a transcript of it
// gives the text back, that of other sound is [Unheard]. Jobs of audio and video are done after two answers of PROCESSING,
// or 20 seconds by the fake's clock. What a job costs is what was quoted: a key pays when it queues, a wallet before its
// next request. A prompt can order what goes wrong: [violation], a refusal of the content, for jobs a 422; [refused], a
// refusal by the provider when the job is fetched; [broken], a 500 then; [failed], a status of FAILED. The word nsfw
// stands for adult content, which is blurred. The billing routes list what was charged in this run, to the last digit.
// Calls of nodes go to the fake's own Base and Solana, or to chains on which nothing happens.
//
// Operations without a behaviour of their own answer with the least that is valid, or with noise ([WithNoise]), and with
// small real files where media is due. [Handler.Respond] pins the answers of any operation, [Handler.OnRequest] shows what
// clients send, and [Sample] makes values of a schema for other uses.
//
// Wallets sign in and pay for their calls ([Handler.SetCredit], [Handler.LinkDIEM]), and top up with signed transfers
// ([Handler.SetUSDC]) of a token that is made up ([USDC], [USDCMint]), so that what they sign is worth nothing elsewhere.
// Payments are judged as the service judges them, on Base and on Solana. [Handler.OnTopUp] orders what goes wrong with
// one, [Handler.OnDiscovery] makes hostile offers, [Handler.Settlements] tells what really happened, and two chains to
// ask for proof are at [Server.BaseRPC] and [Server.SolanaRPC].
//
// On the fake's Base a wallet can stake VVV ([Handler.SetVVV], [Handler.SetETH]) and then mint keys. There the contracts
// have their real addresses, and the chain its real id, as clients insist on them: a transaction signed for the fake is
// good on the real chain too. Use wallets that were made for tests.
package venicetest

import (
	"net/http/httptest"
	"testing"
)

// Server is a fake Venice on a loopback port. Its methods arrange what the fake knows; see [Handler].
type Server struct {
	*Handler
	// URL is the base URL for clients, with the path: "http://127.0.0.1:40123/api/v1".
	URL string
	// BaseRPC and SolanaRPC are the addresses of JSON-RPC nodes of the chains that payments are settled on. Their time is
	// the fake's. Base carries out transactions of EIP-1559 at once, in the newest block, by contracts for USDC, VVV and
	// its staking, at a fee that does not change; what it is asked about an earlier block it answers by the state of now,
	// but for the nonces of payments. Payments are transactions of its token contract, with logs. Solana answers what is
	// asked before and after a payment, in base64, and takes no transactions but the payments of the service. Both say
	// which methods they lack.
	BaseRPC, SolanaRPC string

	http *httptest.Server
}

// NewServer starts a fake Venice that the end of the test stops. An answer that breaks the API's description fails the
// test. Examples and programs, which have no test, pass nil and call [Server.Close].
func NewServer(t testing.TB, options ...Option) *Server {
	if t != nil {
		t.Helper()
		options = append([]Option{OnViolation(func(err error) { t.Errorf("venicetest: %v", err) })}, options...)
	}
	h := NewHandler(options...)
	s := &Server{Handler: h, http: httptest.NewServer(h)}
	s.URL, s.BaseRPC, s.SolanaRPC = s.http.URL+basePath, s.http.URL+baseRPCPath, s.http.URL+solanaRPCPath
	if t != nil {
		t.Cleanup(s.Close)
	}
	return s
}

// Close stops the server once the requests under way are answered. More than one call does no harm.
func (s *Server) Close() { s.http.Close() }
