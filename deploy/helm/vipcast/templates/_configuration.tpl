{{/* vipcast.yaml, with what other values say of it. */}}
{{- define "vipcast.configuration" -}}
{{- $config := deepCopy .Values.config -}}
{{- $kubernetes := $config.kubernetes | default dict -}}
{{- $log := $config.log | default dict -}}
{{- if $config.node -}}
{{- fail "config.node: leave it out; each Pod bears the name of its node" -}}
{{- end -}}
{{- if and $log.journal (ne $log.journal "/var/lib/vipcast/journal.db") -}}
{{- fail "config.log.journal: leave it out; see journal.hostPath for where it is kept" -}}
{{- end -}}
{{- with .Values.loadBalancerClass -}}
{{- if and $kubernetes.loadBalancerClass (ne $kubernetes.loadBalancerClass .) -}}
{{- fail "loadBalancerClass and config.kubernetes.loadBalancerClass differ; set one of them" -}}
{{- end -}}
{{- $_ := set $config "kubernetes" (set $kubernetes "loadBalancerClass" .) -}}
{{- end -}}
{{- if .Values.nats.secret -}}
{{- if not $log.nats -}}
{{- fail "nats.secret: set config.log.nats.servers too" -}}
{{- end -}}
{{- $files := dict "credentials" "/run/vipcast/nats/node.nkey" "ca" "/run/vipcast/nats/ca.pem" -}}
{{- $_ := set $log "nats" (merge $log.nats $files) -}}
{{- end -}}
{{- toYaml $config -}}
{{- end -}}

{{/* The capabilities that the configuration needs. */}}
{{- define "vipcast.capabilities" -}}
{{- $needed := list -}}
{{- range .Values.config.vips -}}
{{- if .bind -}}{{- $needed = append $needed "NET_ADMIN" -}}{{- end -}}
{{- end -}}
{{- with .Values.config.bgp.listen -}}
{{- if lt (int (.port | default 179)) 1024 -}}{{- $needed = append $needed "NET_BIND_SERVICE" -}}{{- end -}}
{{- end -}}
{{- $needed | uniq | toJson -}}
{{- end -}}

{{/* Where a Secret's password is, below /etc/vipcast. */}}
{{- define "vipcast.secretPath" -}}
secrets/{{ .name }}/{{ .key | default "password" }}
{{- end -}}

{{/* Asks the looking glass from within: Pod Security forbids a probe by kubelet to name a host, and only the node itself hears us. */}}
{{- define "vipcast.probe" -}}
exec:
  command: [node, /opt/vipcast/ask.js, 'http://{{ .listen }}{{ .path }}']
{{ toYaml (omit .probe "enabled") }}
{{- end -}}
