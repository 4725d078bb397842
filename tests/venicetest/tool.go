// Tools and forms of answers that a request asks for, and their schemas.

package venicetest

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/venice-go/venice/tests/venicetest/internal/instance"
	"github.com/venice-go/venice/tests/venicetest/internal/mind"
	"github.com/venice-go/venice/tests/venicetest/internal/tokens"
)

// A wireTool is a tool of any route: a function, in an object of its own or flat, or one of the service's.
type wireTool struct {
	Type string
	wireFunction
	Function *wireFunction
}

type wireFunction struct {
	Name, Description string
	Parameters        json.RawMessage
}

func (t wireTool) function() *wireFunction {
	if t.Function != nil {
		return t.Function
	}
	if t.Type == "function" && t.Name != "" {
		return &t.wireFunction
	}
	return nil
}

func functions(tools []wireTool) (list []*wireFunction) {
	for _, t := range tools {
		if f := t.function(); f != nil {
			list = append(list, f)
		}
	}
	return list
}

// readTools takes over the functions, and what the choice says about them. The tools of the service turn on a search.
func (e *exchange) readTools(tools []wireTool, choice json.RawMessage) *answer {
	for i, t := range tools {
		f := t.function()
		if f == nil {
			if t.Type == "web_search" {
				e.parameters["enable_web_search"] = "on"
			}
			continue
		}
		tool := mind.Tool{Name: f.Name, About: f.Description}
		if parameters := bytes.TrimSpace(f.Parameters); len(parameters) > 0 && string(parameters) != "null" {
			s, refusal := readSchema(parameters, "tools", strconv.Itoa(i), "function", "parameters")
			if refusal != nil {
				return refusal
			}
			tool.Schema = s
		}
		e.Tools = append(e.Tools, tool)
		e.prompt = append(e.prompt, tokens.Split(f.Name+" "+f.Description+" "+string(f.Parameters))...)
	}
	var named struct {
		Name     string
		Function struct{ Name string }
	}
	if len(choice) == 0 || json.Unmarshal(choice, &e.Choice) == nil {
		if len(e.Tools) == 0 && e.Choice == "required" {
			return new(invalid([]string{"tool_choice"}, "tool_choice is only allowed when tools are specified"))
		}
		return nil
	}
	_ = json.Unmarshal(choice, &named) // the description has no third form
	e.Named = cmp.Or(named.Function.Name, named.Name)
	for _, t := range e.Tools {
		if t.Name == e.Named {
			return nil
		}
	}
	return new(invalid([]string{"tool_choice"}, fmt.Sprintf("Tool choice '%s' not found in tools", e.Named)))
}

// readFormat takes over the form of the answer.
func (e *exchange) readFormat(form string, schema json.RawMessage, path ...string) *answer {
	switch form {
	case "json_object":
		e.Object = true
	case "json_schema":
		if len(schema) == 0 {
			return new(invalid(path, "Required"))
		}
		s, refusal := readSchema(schema, path...)
		if refusal != nil {
			return refusal
		}
		e.Schema = s
		e.prompt = append(e.prompt, tokens.Split(string(schema))...)
	}
	return nil
}

func readSchema(schema []byte, path ...string) (*instance.Schema, *answer) {
	s, err := instance.Read(schema)
	if err != nil {
		return nil, new(invalid(path, "Invalid schema: "+err.Error()))
	}
	return s, nil
}
