package search

import "strings"

// stopWords are the words, folded, that say too little to be looked for beside others.
var stopWords = map[string]map[string]bool{
	"de": wordSet(`aber als am an auch auf aus bei bin bis das dass dem den der des die doch du ein eine einem einen einer eines er es
		fur hat habe haben hatte ich ihr ihre im in ist ja kann kein keine man mein meine meinen meiner mich mir mit muss nach nicht noch nur
		oder ob sich sie sind so und uns unser unsere vom von vor war was wenn wer werden wie wieder wir wird wo warum zu zum zur uber um`),
	"en": wordSet(`a about am an and are as at be been but by can do does did for from get got had has have how i if in is it its me my no
		not of on or our so that the their them there they this to us was we were what when where which who why will with would you your s t don`),
	"fr": wordSet(`a ai as au aux avec avez avons c ce ces cette comment d dans de des du elle en est et etre eux fait faire il ils j je l la le
		les leur lui m ma mais me mes mon n ne nous on ou par pas peut peux plus pour pourquoi qu quand que quel quelle qui quoi s sa se ses si
		son sont sur t ta te toi tu un une vos votre vous y`),
	"it": wordSet(`a ad ai al alla alle allo anche che chi ci come con cosa cui da dai dal dall dalla dei del della delle dello di dove e ed era gli
		ha hai hanno ho i il in io l la le lei lo loro ma mi mia mie miei mio ne nel nella non o per perche piu posso puo quale quando quanto
		questa questo se sei si sono sta su sua sui sul sulla suo ti tra tu un una uno vi voi d c dell all nell sull quest`),
	"nl": wordSet(`aan al als bij dan dat de deze die dit doe doen door dus een en er for geen haar had heb hebben heeft het hij hoe hun ik in is
		ja je jij jouw kan kun kunnen maar me men met mij mijn moet naar niet nog nu of om omdat onder ons onze ook op over te tegen tot u uit uw
		van voor waar waarom wanneer want was wat we wel werd wie wij wil word worden wordt ze zich zij zijn zo zou`),
}

func wordSet(words string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(words) {
		set[w] = true
	}
	return set
}
