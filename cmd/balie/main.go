// Balie is a help desk and status site that lives in a git repository.
//
// Results go to standard output, all else to standard error. It exits with 0 when it has done what
// was asked, 1 when there are problems or it failed, 2 when it was called wrongly. An error is a
// fact; the line below it is the next step.
package main

import "os"

func main() { os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }
