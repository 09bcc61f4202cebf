// Prints what configuration.Parse makes of configs: one JSON object a line in, one a line out.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/distribution/distribution/v3/configuration"
	"github.com/sirupsen/logrus"
)

func main() {
	if len(os.Args) > 1 && os.Args[1] == "schema" {
		json.NewEncoder(os.Stdout).Encode(schema())
		return
	}
	logrus.SetOutput(io.Discard)
	lines := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := json.NewEncoder(os.Stdout)
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			return
		}
		var input struct {
			Config string
			Env    map[string]string
		}
		if err := json.Unmarshal([]byte(line), &input); err != nil {
			panic(err)
		}
		os.Clearenv()
		for name, value := range input.Env {
			os.Setenv(name, value)
		}
		out.Encode(parse(input.Config))
	}
}

func parse(text string) (result map[string]any) {
	defer func() {
		if r := recover(); r != nil {
			result = map[string]any{"error": fmt.Sprint(r)}
		}
	}()
	config, err := configuration.Parse(strings.NewReader(text))
	if err != nil {
		return map[string]any{"error": err.Error()}
	}
	// Type panics when the environment has added a second driver.
	config.Storage.Type()
	return map[string]any{"config": dump(config)}
}
