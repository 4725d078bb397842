// Package documentation.

// Package agent is for programs that let a model answer in Go types, call Go functions, and remember.
//
//   - [Parse] asks for an answer in the form of a Go type. [Form] does so with a stream, or with one attempt to mend it.
//   - [NewTool] makes a tool of a Go function. [Agent] asks, runs the tools that the model calls, and asks again, within
//     [Limits]; a [Run] is what happened, and where to go on. [RunAs] ends in a Go type.
//   - [Conversation] keeps messages to the size of a model's context. [Accumulator] and [Text] look into a stream, and
//     [FilePart] puts a file into a message.
//
// # Types
//
// Types are read as encoding/json reads them, tags and embedding included, and become a JSON Schema: an object with
// its members in the order of the fields. Its description is the tag jsonschema:"words about the field"; limits and
// choices are tags that are called as the keyword is: enum:"a,b", minimum, maximum, exclusiveMinimum, exclusiveMaximum,
// multipleOf, minLength, maxLength, pattern, format, minItems, maxItems. At a list, those that are not about lists are for
// its items.
//
// A pointer, and a field with omitempty or omitzero, may be null; all others are required. Types that hold themselves are
// fine. Maps, interfaces, [encoding/json.RawMessage] and types with a MarshalJSON or UnmarshalJSON of their own go out
// without strict mode, which knows no such, and so do minLength and maxLength: then the model is asked for the form, and
// not held to it. Channels, functions and complex numbers are an error before anything is sent.
//
// # Money
//
// [Limits] has a limit in USD. What an answer cost is what the service says with it; DIEM counts as USD, one for one.
// The Responses route says nothing, so there a [Price] has to. With a Price a call is not made if the most that it can
// cost goes beyond the limit. Without one a run stops after the answer that reached it, so it can go beyond by what one
// answer costs.
//
// # Doing things twice
//
// A tool is called once for each call that a model makes. If a run ends while a tool is at work, because its context did,
// or because the program crashed behind [Agent.Save], then a tool that reads is called again when the run goes on. One that
// writes, queues, mints or pays is not: the model is told that nobody knows whether it happened.
package agent
