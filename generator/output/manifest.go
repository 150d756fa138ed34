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
// secrets. It is not synced to the disk: where power loss takes a manifest it takes the pages of the
// same moment too.
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

// record replaces the manifest, on disk and in memory.
func (d *Dir) record(m manifest) error {
	err := d.root.WriteFile(manifestName+".tmp", m.encode(), 0o666)
	if err == nil {
		err = d.root.Rename(manifestName+".tmp", manifestName)
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", manifestName, err)
	}
	d.manifest = m
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

// with returns a manifest that also lists files, each at a path with one content.
func (m manifest) with(files map[hash]hash) manifest {
	both := make(manifest, len(m)+len(files))
	for path, contents := range m {
		both[path] = contents
	}
	for path, content := range files {
		if !slices.Contains(both[path], content) {
			both[path] = append(slices.Clip(both[path]), content)
		}
	}
	return both
}
