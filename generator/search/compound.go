package search

import (
	"strings"
	"unicode/utf8"
)

// The least number of letters of a compound's parts. Known words of three letters, such as "ver",
// begin too many words that are no compounds; an unknown word may begin with "btw" or "pdf".
const (
	minPart      = 4
	minFirstPart = 3 // of a query's word that no document has
)

// links stand between the parts of a compound; "" is none.
var links = []string{"", "s", "en", "n", "e", "es", "er"}

// compoundParts are words of which a help desk's compounds are made, in the languages that have
// such. They are known as parts even where no document has them by themselves.
var compoundParts = map[string][]string{
	"de": strings.Fields(`abonnement adresse anfrage anhang anmeldung antrag anzeige artikel auktion ausfall bank bedingungen beleg benutzer bericht
		bestand bestätigung bestell bestellung betrag bild brief code daten datei dauer dienst domain druck eingang einstellungen empfänger erstattung
		fehler formular foto frist gebühr gebühren garantie gutschein händler karte käufer kauf konto kosten kunde kunden kündigung lager laufzeit
		liefer lieferung liste lizenz mail meldung name netzwerk nummer paket passwort preis problem produkt rabatt rechnung rücksendung schlüssel
		seite server service sicherheit störung support system tage termin text transport übersicht umtausch verkauf verkäufer versand vertrag
		verwaltung waren wartung zahl zahlung zahlungs zeit zugang zustand`),
	"nl": strings.Fields(`aankoop aanvraag abonnement account actie adres afbeelding artikel bank bedrag beheer bericht bestand bestel bestelling
		betaal betaling bevestiging bewijs bezorg bijlage bon brief code contract datum dagen dienst domein duur etiket factuur formulier fout foto
		garantie gebruiker gegevens handleiding instelling instellingen kaart klacht klant klanten korting koper kosten label lever levering licentie
		lijst mail melding naam netwerk nummer onderhoud overzicht pagina pakket pakketten plaats prijs probleem product regel rekening retour scherm
		server service site sleutel storing systeem tarief termijn tijd toegang veiling verkoop verkoper verzend verzending voorwaarden vraag
		wachtwoord website winkel zending`),
}

// splitCompound returns the two known words that a form consists of: the longest first part that
// leaves a known second one.
func splitCompound(form string, minFirst int, isKnown func(string) bool) (first, second string) {
	if len(form) < minFirst+minPart {
		return "", ""
	}
	r := []rune(form)
	for i := len(r) - minPart; i >= minFirst; i-- {
		first := string(r[:i])
		if !isKnown(first) {
			continue
		}
		for _, link := range links {
			second, linked := strings.CutPrefix(string(r[i:]), link)
			if linked && utf8.RuneCountInString(second) >= minPart && isKnown(second) {
				return first, second
			}
		}
	}
	return "", ""
}
