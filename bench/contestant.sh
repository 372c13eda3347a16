#!/usr/bin/env bash
# Anteroom as one contestant of a harness that runs servers side by side on one machine: makes a database, an organization with a
# connection of kind oidc to the harness's provider, and its applications; writes what the harness's driver must know; becomes the server.
#
#   contestant.sh PORT PROVIDER CERTIFICATE POSTGRES_PORT DESCRIPTION
#
# PROVIDER is the issuer (client "broker", secret "x"), CERTIFICATE the PEM file of its authority. PostgreSQL trusts loopback.
# ./anteroom bench has built what runs here.
set -euo pipefail
port=$1 provider=$2 certificate=$3 postgres=$4 description=$5
root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
server=$root/.anteroom/programs/Anteroom.Server
address=http://127.0.0.1:$port
data=$(dirname "$description")/anteroom-data

sql() { psql -q -h 127.0.0.1 -p "$postgres" -U postgres -v ON_ERROR_STOP=1 "$@"; }
sql -c "DROP DATABASE IF EXISTS anteroom"
sql -c "DO \$\$ BEGIN CREATE ROLE anteroom_owner LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END \$\$"
sql -c "DO \$\$ BEGIN CREATE ROLE anteroom_app LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END \$\$"
sql -c "CREATE DATABASE anteroom OWNER anteroom_owner"
export ConnectionStrings__Anteroom="Host=127.0.0.1;Port=$postgres;Database=anteroom;Username=anteroom_app"
export ConnectionStrings__AnteroomOwner="Host=127.0.0.1;Port=$postgres;Database=anteroom;Username=anteroom_owner"

rm -rf "$data"
settings=(
    --Anteroom:BaseUrl="$address" --Anteroom:DataFolder="$data"
    --Anteroom:TrustedAuthorities="$certificate" --Anteroom:AllowedTargets:0="$provider"
    --Anteroom:StoredRequestsPerMinute=1000000 --Anteroom:IdentifyPerMinute=1000000 # all load comes from one network
)
cd "$server"
key=$(dotnet Anteroom.Server.dll admin api-key --name bench "${settings[@]}" | tail -1)

# Set up at a port of its own, so that the harness does not begin before all is there.
dotnet Anteroom.Server.dll serve --urls "http://127.0.0.1:$((port + 1))" "${settings[@]}" &
setup=$!
trap 'kill $setup' EXIT
until curl -sf -o /dev/null -H "Host: 127.0.0.1:$port" "http://127.0.0.1:$((port + 1))/health/ready"; do
    kill -0 $setup && sleep 0.1
done
# call PATH BODY MEMBER...: posts to the API and prints the named members of the answer, one a line.
call() {
    local path=$1 body=$2
    shift 2
    curl -sf -X POST -H "Host: 127.0.0.1:$port" -H "Authorization: Bearer $key" -H "Content-Type: application/json" -d "$body" \
        "http://127.0.0.1:$((port + 1))/api/v1$path" |
        node -e 'const answer = JSON.parse(require("fs").readFileSync(0)); for (const name of process.argv.slice(1)) console.log(answer[name])' "$@"
}
call /organizations '{"slug":"contoso","name":"Contoso"}' >/dev/null
connection=$(call /organizations/contoso/connections "{
    \"name\":\"Provider\",\"kind\":\"oidc\",\"authority\":\"$provider\",\"registration\":\"own\",\"clientKind\":\"confidential\",
    \"responseMode\":\"code\",\"callbackStyle\":\"connection\",\"clientId\":\"broker\",\"clientSecret\":\"x\",\"authorizedDomains\":[],
    \"provisioning\":\"create\",\"defaultRole\":\"member\",\"claimMappings\":[],\"roleMappings\":[]}" id)
call "/organizations/contoso/connections/$connection/activate" '{"withoutTest":"bench"}' >/dev/null
mapfile -t app < <(call /organizations/contoso/applications \
    '{"name":"App","protocol":"oidc","clientKind":"confidential","redirectUris":["http://127.0.0.1:19999/cb"],"grantTypes":["authorization_code","refresh_token"]}' \
    clientId clientSecret)
job() {
    call /organizations/contoso/applications \
        "{\"name\":\"Job $1\",\"protocol\":\"oidc\",\"clientKind\":\"confidential\",\"grantTypes\":[\"client_credentials\"],\"scopes\":[\"api\"],\"signingAlgorithm\":\"$1\"}" \
        clientId clientSecret
}
mapfile -t es256 < <(job ES256)
mapfile -t rs256 < <(job RS256)
cat >"$description" <<JSON
{
  "authorize": "/connect/authorize", "token": "/connect/token", "introspect": "/connect/introspect", "userinfo": "/connect/userinfo",
  "client_id": "${app[0]}", "client_secret": "${app[1]}", "scope": "openid email profile", "refresh_scope": "openid offline_access",
  "cc": { "client_id": "${es256[0]}", "client_secret": "${es256[1]}", "extra": "&scope=api" },
  "cc-rs256": { "client_id": "${rs256[0]}", "client_secret": "${rs256[1]}", "extra": "&scope=api" }
}
JSON
trap - EXIT
kill $setup
wait $setup || true
exec dotnet Anteroom.Server.dll serve --urls "$address" "${settings[@]}"
