// Package form is what a customer hands in and is shown: a form's view, the checking of a submission by its rules, and the follow page.
package form
