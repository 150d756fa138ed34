# balie in a container: one static binary, and git, which it calls.
#
#   docker build -t balie .
#   docker run --init -p 8080:8080 -v DIR:/var/lib/balie balie
#
# DIR has the bare repository desk.git and belongs to user 10001. cmd/balie/deploy/compose.yaml has
# two of them with a database and a proxy.

FROM golang:1.26-alpine AS build
RUN apk add --no-cache git
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -ldflags=-s -o /balie ./cmd/balie

FROM alpine:3.23
RUN apk add --no-cache git openssh-client-default ca-certificates tzdata \
 && adduser -D -u 10001 -h /var/lib/balie balie
COPY --from=build /balie /usr/local/bin/balie
USER 10001:10001
WORKDIR /var/lib/balie
VOLUME /var/lib/balie
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=6s CMD wget -q -O /dev/null http://127.0.0.1:8080/healthz || exit 1
ENTRYPOINT ["balie"]
CMD ["serve", "-C", "desk.git", "--state", "state", "--addr", "0.0.0.0:8080"]
