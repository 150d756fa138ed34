package themes

import (
	"fmt"
	"math"
	"strconv"
)

// The papers on which the accent must be read; style.css has the same.
const (
	paper, card         = "#fbfaf7", "#ffffff"
	darkPaper, darkCard = "#161513", "#1f1e1b"
	enough              = 4.6 // WCAG 2.2, 1.4.3 asks for 4.5 to 1
	plainAccent         = "#0b5d8c"
	lightTint, darkTint = .075, .13 // how much of the accent is in its tint
)

// palette is the part of the stylesheet that is the desk's own: its accent, darkened until it can
// be read on paper and lightened until it can be on dark paper, what stands on it, and a tint of it
// to lay under a customer's own words.
func palette(accent string) string {
	c, ok := parseColour(accent)
	if !ok {
		c, _ = parseColour(plainAccent)
	}
	light, dark := readable(c, -1, lightTint, paper, card), readable(c, +1, darkTint, darkPaper, darkCard)
	return fmt.Sprintf(":root{--accent:%s;--on-accent:#fff;--tint:%s}\n@media screen and (prefers-color-scheme:dark){:root{--accent:%s;--on-accent:%s;--tint:%s}}\n",
		light, mix(light, paper, lightTint), dark, darkPaper, mix(dark, darkPaper, darkTint))
}

// colour is sRGB, each part from 0 to 1.
type colour [3]float64

func parseColour(s string) (c colour, ok bool) {
	if len(s) != 7 || s[0] != '#' {
		return c, false
	}
	n, err := strconv.ParseUint(s[1:], 16, 32)
	if err != nil {
		return c, false
	}
	return colour{float64(n>>16) / 255, float64(n>>8&255) / 255, float64(n&255) / 255}, true
}

func (c colour) String() string {
	part := func(f float64) int { return int(math.Round(min(max(f, 0), 1) * 255)) }
	return fmt.Sprintf("#%02x%02x%02x", part(c[0]), part(c[1]), part(c[2]))
}

// readable moves a colour's lightness (OKLab's, so that its hue stays) step by step until it stands
// out from each background, and from its own tint on the first.
func readable(c colour, direction, tint float64, backgrounds ...string) colour {
	l, a, b := c.oklab()
	for step := 0.0; step <= 1; step += .01 {
		try := fromOKLab(min(max(l+direction*step, 0), 1), a, b)
		if standsOut(try, append([]string{mix(try, backgrounds[0], tint).String()}, backgrounds...)) {
			return try
		}
	}
	if direction > 0 {
		return colour{1, 1, 1}
	}
	return colour{}
}

func standsOut(c colour, backgrounds []string) bool {
	rounded, _ := parseColour(c.String())
	for _, s := range backgrounds {
		b, _ := parseColour(s)
		if contrast(rounded, b) < enough {
			return false
		}
	}
	return true
}

// contrast is WCAG 2.2's ratio of relative luminances.
func contrast(a, b colour) float64 {
	la, lb := a.luminance(), b.luminance()
	return (max(la, lb) + .05) / (min(la, lb) + .05)
}

func (c colour) luminance() float64 {
	return .2126*linear(c[0]) + .7152*linear(c[1]) + .0722*linear(c[2])
}

func linear(v float64) float64 {
	if v <= .04045 {
		return v / 12.92
	}
	return math.Pow((v+.055)/1.055, 2.4)
}

func gamma(v float64) float64 {
	if v <= .0031308 {
		return v * 12.92
	}
	return 1.055*math.Pow(v, 1/2.4) - .055
}

// oklab is Björn Ottosson's, https://bottosson.github.io/posts/oklab/.
func (c colour) oklab() (l, a, b float64) {
	r, g, bl := linear(c[0]), linear(c[1]), linear(c[2])
	x := math.Cbrt(.4122214708*r + .5363325363*g + .0514459929*bl)
	y := math.Cbrt(.2119034982*r + .6806995451*g + .1073969566*bl)
	z := math.Cbrt(.0883024619*r + .2817188376*g + .6299787005*bl)
	return .2104542553*x + .7936177850*y - .0040720468*z, 1.9779984951*x - 2.4285922050*y + .4505937099*z, .0259040371*x + .7827717662*y - .8086757660*z
}

func fromOKLab(l, a, b float64) colour {
	cube := func(f float64) float64 { return f * f * f }
	x, y, z := cube(l+.3963377774*a+.2158037573*b), cube(l-.1055613458*a-.0638541728*b), cube(l-.0894841775*a-1.2914855480*b)
	return colour{
		gamma(max(4.0767416621*x-3.3077115913*y+.2309699292*z, 0)),
		gamma(max(-1.2684380046*x+2.6097574011*y-.3413193965*z, 0)),
		gamma(max(-.0041960863*x-.7034186147*y+1.7076147010*z, 0)),
	}
}

// mix lays a share of one colour over a background.
func mix(c colour, background string, share float64) colour {
	b, _ := parseColour(background)
	for i := range b {
		b[i] += (c[i] - b[i]) * share
	}
	return b
}
