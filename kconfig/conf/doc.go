// Package conf is the program conf of a tree, in process: it takes the program's arguments, directory, environment and
// streams and returns its exit status. [Main] is a whole run; [Begin] starts one on the guess that it will be wanted.
package conf
