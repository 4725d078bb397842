// Package spend tells what calls cost, before and after, and holds them to a cap.
//
//	prices := spend.NewPrices(client)                        // asks for the list of models, and for quotes
//	guard := &spend.Cap{Prices: prices, Total: spend.USD / 10}
//	capped, err := venice.New(venice.WithGuard(guard))       // or venice.GuardContext(ctx, guard)
//
// [Prices.Estimate] says what a call can cost at least and at most, from the service's list of models or its quote, and
// [Prices.Cost] what it did cost. A [Cap] reserves the most before each attempt leaves, and settles by what the service
// says afterwards. What is reserved and spent is kept in a journal, as payments are: [journal.File] for the processes of one
// machine, pgjournal for many machines.
//
// # The bound
//
// What the service charges for the calls of a cap is never over the cap by more than the service charges beyond its own
// estimate: by what it takes for a call above the most that follows from its price list or its quote. Every call counts
// with its most from before it leaves until its cost is known; an answer that was lost, or that says that the service
// failed on the way, leaves it at that for good, and so does a process that ends in between. An attempt that is sent again
// is reserved anew. The tokens of a prompt are taken for as many as the request has bytes, since no tokenizer makes more,
// and those of Venice's own prompt; what is not in the request, such as a file behind an address or what a search of the
// web finds, for as many as the model reads at most.
//
// Not covered are prices that went up within the five minutes that the list of models is kept, a list that is not the
// service's, a journal that is lost or changed by others, and a clock that runs ahead, which frees windows early.
package spend
