#!/bin/sh
# Starts an sshd of its own on 127.0.0.1 with throw-away keys, for tests: start-sshd.sh FOLDER PORT [NAME=VALUE for sessions]
# With RUN_AS=NUMBER (root only) commands are run as that user, whatever key opened the door.
# Clients: ssh -F FOLDER/ssh_config cluster
set -eu
mkdir -p "$1"; folder=$(cd "$1" && pwd); port=$2; setenv=${3-}
PATH=$PATH:/usr/sbin; user=$(id -un)
[ -f "$folder/host_key" ] || ssh-keygen -q -t ed25519 -N '' -f "$folder/host_key"
[ -f "$folder/user_key" ] || ssh-keygen -q -t ed25519 -N '' -C tests -f "$folder/user_key"
cp "$folder/user_key.pub" "$folder/authorized_keys"
[ "$(id -u)" != 0 ] || mkdir -p /run/sshd
cat > "$folder/sshd_config" <<END
ListenAddress 127.0.0.1
Port $port
HostKey $folder/host_key
PidFile $folder/sshd.pid
AuthorizedKeysFile $folder/authorized_keys
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
AllowUsers $user
X11Forwarding no
PrintMotd no
UseDNS no
MaxStartups 100:30:200
MaxSessions 10
END
# A home of its own: nothing is left in the user's, and the user's start-up files do not slow every command down.
mkdir -p "$folder/home"
echo "SetEnv HOME=$folder/home $setenv" >> "$folder/sshd_config"
if [ -n "${RUN_AS-}" ]; then
  chown "$RUN_AS" "$folder/home"
  echo "ForceCommand exec setpriv --reuid=$RUN_AS --regid=$RUN_AS --clear-groups /bin/sh -c \"\$SSH_ORIGINAL_COMMAND\"" >> "$folder/sshd_config"
fi
printf '[127.0.0.1]:%s %s\n' "$port" "$(cut -d' ' -f1,2 "$folder/host_key.pub")" > "$folder/known_hosts"
cat > "$folder/ssh_config" <<END
Host cluster cluster-unknown
  HostName 127.0.0.1
  Port $port
  User $user
  IdentityFile $folder/user_key
  IdentitiesOnly yes
  GlobalKnownHostsFile /dev/null
Host cluster-jumped
  HostName 127.0.0.1
  Port $port
  User $user
  HostKeyAlias [127.0.0.1]:$port
  IdentityFile $folder/user_key
  IdentitiesOnly yes
  GlobalKnownHostsFile /dev/null
  ProxyJump cluster
# What a careless user may have written: a host whose key is not known.
Host cluster-unknown
  UserKnownHostsFile /dev/null
  StrictHostKeyChecking no
Host *
  UserKnownHostsFile $folder/known_hosts
END
"$(command -v sshd)" -f "$folder/sshd_config" -E "$folder/sshd.log"
