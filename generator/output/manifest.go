package output

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
)

// manifest lists the files that are ours: of each path, the contents that we may have left there.
// After a build that ended, each path has one content; after one that was killed, some have two.
//
// It stands in .balie-manifest as JSON, by hashes alone, since the paths of follow pages are
// secrets. It is not synced to the disk: where power loss takes a manifest it takes the pages of
// the same moment too.
type manifest map[hash][]hash

// hash is the first half of the SHA-256 of a path or a content.
type hash [16]byte

func hashOf(data []byte) hash {
	sum := sha256.Sum256(data)
	return hash(sum[:16])
}

func hashOfPath(path string) hash { return hashOf([]byte(path)) }

func (h hash) compare(other hash) int { return bytes.Compare(h[:], other[:]) }

func (h hash) appendJSON(to []byte) []byte {
	return append(hex.AppendEncode(append(to, '"'), h[:]), '"')
}

func (h *hash) UnmarshalText(text []byte) error {
	if len(text) != hex.EncodedLen(len(h)) {
		return fmt.Errorf("%q is no hash", text)
	}
	_, err := hex.Decode(h[:], text)
	return err
}

// manifestFormat is the version of the file's format.
const manifestFormat = 2

// readManifest reads the manifest. Where there is none that can be understood, no file is ours.
func readManifest(root *os.Root) (manifest, error) {
	data, err := root.ReadFile(manifestName)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read %s: %w", manifestName, err)
	}
	var file struct {
		Format int
		Files  manifest
	}
	if json.Unmarshal(data, &file) != nil || file.Format != manifestFormat || file.Files == nil {
		return manifest{}, nil
	}
	return file.Files, nil
}

// record writes the manifest to the disk.
func (d *Dir) record() error {
	err := d.root.WriteFile(manifestName+".tmp", d.manifest.encode(), 0o666)
	if err == nil {
		err = d.root.Rename(manifestName+".tmp", manifestName)
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", manifestName, err)
	}
	return nil
}

// encode returns the manifest as JSON, a line for each path, in an order that tells nothing of the
// paths. encoding/json takes more than twice as long, and a rebuild encodes it twice.
func (m manifest) encode() []byte {
	out := fmt.Appendf(nil, "{\"format\": %d, \"files\": {", manifestFormat)
	for i, path := range slices.SortedFunc(maps.Keys(m), hash.compare) {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(path.appendJSON(append(out, '\n')), ": ["...)
		for j, content := range m[path] {
			if j > 0 {
				out = append(out, ", "...)
			}
			out = content.appendJSON(out)
		}
		out = append(out, ']')
	}
	return append(out, "\n}}\n"...)
}

// add adds a content that a path may have.
func (m manifest) add(path, content hash) {
	if !slices.Contains(m[path], content) {
		m[path] = append(m[path], content)
	}
}

// settle makes the manifest list just these files, and reports whether it did not before.
func (m manifest) settle(files map[hash]hash) (changed bool) {
	for path := range m {
		if _, ok := files[path]; !ok {
			delete(m, path)
			changed = true
		}
	}
	for path, content := range files {
		if contents := m[path]; len(contents) != 1 || contents[0] != content {
			m[path] = []hash{content}
			changed = true
		}
	}
	return changed
}
