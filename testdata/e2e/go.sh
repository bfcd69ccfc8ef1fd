# Sourced: makes sure that a Go able to build this module is first in PATH. A Go from 1.21 on fetches the
# version go.mod asks for by itself; otherwise that version comes from the Go module proxy.
go_wanted=$(sed -n 's/^go //p' "$top/go.mod")
if ! (cd "$top" && GOTOOLCHAIN=${GOTOOLCHAIN:-auto} go list -m) >/dev/null 2>&1; then
	go_root=$cache/go$go_wanted
	if [ ! -x "$go_root/bin/go" ]; then
		require curl:curl unzip:unzip
		[ -e /etc/ssl/certs/ca-certificates.crt ] || install_packages ca-certificates
		case $(uname -m) in
		x86_64) go_arch=amd64 ;;
		aarch64) go_arch=arm64 ;;
		*) echo "no Go known for $(uname -m)" >&2; exit 1 ;;
		esac
		go_zip=v0.0.1-go$go_wanted.linux-$go_arch
		echo "fetching Go $go_wanted"
		rm -rf "$go_root.part"
		mkdir "$go_root.part"
		curl -fsSL -o "$go_root.part/go.zip" "https://proxy.golang.org/golang.org/toolchain/@v/$go_zip.zip"
		unzip -q "$go_root.part/go.zip" -d "$go_root.part"
		chmod -R +x "$go_root.part/golang.org/toolchain@$go_zip/bin" "$go_root.part/golang.org/toolchain@$go_zip/pkg/tool"
		mv "$go_root.part/golang.org/toolchain@$go_zip" "$go_root"
		rm -rf "$go_root.part"
	fi
	PATH=$go_root/bin:$PATH
fi
export PATH GOTOOLCHAIN=${GOTOOLCHAIN:-auto}
