// Constructors: each makes a value that the description knows as the form that the constructor is named after.

package tests

import (
	"go/ast"
	"go/parser"
	"go/token"
	"reflect"
	"testing"

	"github.com/venice-go/venice/gen"
)

// made has a value of every constructor of gen.
var made = map[string]any{
	"UserMessage":      gen.UserMessage([]gen.ContentPart{gen.TextPart("x")}),
	"AssistantMessage": gen.AssistantMessage("x"),
	"ToolMessage":      gen.ToolMessage("x", "call-1"),
	"SystemMessage":    gen.SystemMessage("x"),
	"DeveloperMessage": gen.DeveloperMessage("x"),

	"TextPart":       gen.TextPart("x"),
	"ImageURLPart":   gen.ImageURLPart(gen.MediaURL{URL: "https://example.com/a.png"}),
	"InputAudioPart": gen.InputAudioPart(gen.InputAudio{Data: "AAAA"}),
	"VideoURLPart":   gen.VideoURLPart(gen.VideoURL{URL: "https://example.com/a.mp4"}),
	"FilePart":       gen.FilePart(gen.FileData{Filename: new("a.pdf"), FileData: "AAAA"}),

	"InputTextPart":     gen.InputTextPart("x"),
	"InputImagePart":    gen.InputImagePart(gen.InputImageURL{URL: "https://example.com/a.png"}),
	"OutputTextPart":    gen.OutputTextPart("x"),
	"FlexibleTextPart":  gen.FlexibleTextPart("x"),
	"FlexibleImagePart": gen.FlexibleImagePart("https://example.com/a.png"),

	"JSONSchemaFormat": gen.JSONSchemaFormat(map[string]any{"type": "object"}),
	"JSONObjectFormat": gen.JSONObjectFormat(),
	"TextFormat":       gen.TextFormat(),

	"ResponseInputMessage":       gen.ResponseInputMessage("x", gen.ResponseRoleUser),
	"ResponseFlexibleMessage":    gen.ResponseFlexibleMessage([]gen.FlexibleContentPart{gen.FlexibleTextPart("x")}, gen.ResponseRoleUser),
	"ResponseReasoningItem":      gen.ResponseReasoningItem(),
	"ResponseFunctionCall":       gen.ResponseFunctionCall("{}", "call-1", "f"),
	"ResponseFunctionCallOutput": gen.ResponseFunctionCallOutput("call-1", map[string]any{"x": 1}),
	"ResponseItemReference":      gen.ResponseItemReference("item-1"),

	"ResponseFunctionTool":   gen.ResponseFunctionTool(gen.ResponseToolFunction{Name: "f"}),
	"WebSearchTool":          gen.WebSearchTool(),
	"XSearchTool":            gen.XSearchTool(),
	"CodeInterpreterTool":    gen.CodeInterpreterTool(),
	"FileSearchTool":         gen.FileSearchTool(),
	"ComputerUsePreviewTool": gen.ComputerUsePreviewTool(),
	"ResponseGenericTool":    gen.ResponseGenericTool("x"),
	"BuiltinTool":            gen.BuiltinTool("web_search"),
	"FunctionTool":           gen.FunctionTool(gen.ToolFunction{Name: "f"}),

	"NewEmbeddingInput":           gen.NewEmbeddingInput([]string{"x"}),
	"NewFlexibleImageURL":         gen.NewFlexibleImageURL("https://example.com/a.png"),
	"NewFunctionCallResult":       gen.NewFunctionCallResult(true),
	"NewMessageContent":           gen.NewMessageContent("x"),
	"NewRPCAnswer":                gen.NewRPCAnswer(gen.RPCResponse{}),
	"NewRPCBody":                  gen.NewRPCBody(gen.RPCRequest{Method: "eth_chainId", JSONRPC: new("2.0")}),
	"NewRPCID":                    gen.NewRPCID("x"),
	"NewResponseInput":            gen.NewResponseInput("x"),
	"NewResponseInputItemContent": gen.NewResponseInputItemContent("x"),
	"NewResponseToolChoice":       gen.NewResponseToolChoice("auto"),
	"NewStopSequences":            gen.NewStopSequences([]string{"x"}),
	"NewToolChoice":               gen.NewToolChoice("auto"),
}

func TestConstructors(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "../gen/types.gen.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range file.Decls {
		if f, is := d.(*ast.FuncDecl); is && f.Recv == nil && f.Name.IsExported() && made[f.Name.Name] == nil {
			t.Errorf("no case for the constructor %s", f.Name.Name)
		}
	}
	schemas := description().Components.Schemas
	for name, v := range made {
		typ := reflect.TypeOf(v).Name()
		form, whole := schemas[name], schemas[typ]
		if form == nil {
			form = whole // a constructor of the union itself
		}
		switch plain := toJSON(t, v); {
		case whole == nil && typ == "ResponseInputItemContent": // one type for the contents of two messages
		case whole == nil:
			t.Errorf("%s: no component %s", name, typ)
		case !whole.Value.IsMatching(plain) || !form.Value.IsMatching(plain):
			t.Errorf("%s makes %s, which is no %s", name, short(plain), name)
		}
	}
}
