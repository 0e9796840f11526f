{{- define "vipcast.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "vipcast.fullname" -}}
{{- $name := include "vipcast.name" . -}}
{{- $full := ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name) -}}
{{- default $full .Values.fullnameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "vipcast.serviceAccount" -}}
{{- with .Values.speaker.serviceAccount -}}
{{- .name | default (ternary (include "vipcast.fullname" $) "default" .create) -}}
{{- end -}}
{{- end -}}

{{- define "vipcast.selectorLabels" -}}
app.kubernetes.io/name: {{ include "vipcast.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "vipcast.labels" -}}
{{ include "vipcast.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
{{- end -}}
