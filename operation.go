// Operations: what the service can be asked, as rows of a table.

package venice

// An Operation is one row of the table of operations: where a call goes, who may make it, and what sending it twice
// would do.
type Operation struct {
	Name   string // name of its method, or of the first if it has several, such as "CreateChatCompletion"
	Method string // HTTP method
	Path   string // template of the path below the base URL, such as "/api_keys/{id}"; for a call of Client.Do the path itself
	Access Access // the credentials that the service really wants; "" if it is not known
	Effect Effect // what the call changes; "" if it is not known

	// Instead says what to call instead of an operation that the service has ended or is about to. It is empty for all
	// others, and where nothing replaces it.
	Instead string
}

// Access says which credentials an operation takes. It follows the service's documentation, which is newer than the
// security of the description.
type Access string

// The kinds of access.
const (
	AccessOpen    Access = "open"    // none needed
	AccessKey     Access = "key"     // an API key; a wallet is refused
	AccessWallet  Access = "wallet"  // a wallet's sign-in (SIWX); an API key is refused
	AccessAny     Access = "any"     // an API key or a wallet's sign-in
	AccessPayment Access = "payment" // an x402 payment, or nothing to ask what is payable
)

// Effect says what a call changes at the service, and so whether it may be sent again.
type Effect string

// The effects.
const (
	EffectRead  Effect = "read"  // changes nothing
	EffectInfer Effect = "infer" // billed when answered, keeps nothing
	EffectQueue Effect = "queue" // starts a billed job
	EffectWrite Effect = "write" // changes what the service keeps
	EffectMint  Effect = "mint"  // creates an API key, shown once
	EffectPay   Effect = "pay"   // moves money
)
