// Prints what Go's own packages make of texts: [kind, text] a line in, the result or the error a line out.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"regexp"
	"strconv"
	"time"
)

func main() {
	lines := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := json.NewEncoder(os.Stdout)
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			return
		}
		var question [2]string
		if err := json.Unmarshal([]byte(line), &question); err != nil {
			panic(err)
		}
		out.Encode(answer(question[0], question[1]))
	}
}

func answer(kind, text string) map[string]string {
	var result string
	var err error
	switch kind {
	case "regexp":
		_, err = regexp.Compile(text)
	case "url":
		var u *url.URL
		if u, err = url.Parse(text); err == nil {
			result = fmt.Sprintf("%s|%s|%s|%s", u.Scheme, u.Host, u.EscapedPath(), u.RawQuery)
		}
	case "duration":
		var d time.Duration
		d, err = time.ParseDuration(text)
		result = strconv.FormatInt(int64(d), 10) + " " + d.String()
	case "scan":
		var n int64
		_, err = fmt.Sscanf(text, "%d", &n)
		result = strconv.FormatInt(n, 10)
	case "int":
		var n int64
		n, err = strconv.ParseInt(text, 0, 64)
		result = strconv.FormatInt(n, 10)
	case "bool":
		var b bool
		b, err = strconv.ParseBool(text)
		result = strconv.FormatBool(b)
	case "float":
		var f float64
		f, err = strconv.ParseFloat(text, 64)
		result = fmt.Sprint(f)
	}
	if err != nil {
		return map[string]string{"error": err.Error()}
	}
	return map[string]string{"result": result}
}
