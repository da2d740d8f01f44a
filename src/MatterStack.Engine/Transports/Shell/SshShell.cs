using System.Globalization;
using System.Text;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Transports.Shell;

/// <summary>Runs scripts on a machine over the user's OpenSSH, with its configuration, keys, agent, jump hosts and known hosts. Commands
/// share one connection.</summary>
/// <remarks>
/// ssh asks no questions, and refuses an unknown host key whatever the configuration says.
/// If the user has an open shared connection (ControlMaster), for example after a log-in with a second factor, ssh uses that one.
/// </remarks>
internal sealed class SshShell : IShell
{
    // Longer than the pause between two polls, but short enough to leave an unused log-in node soon.
    private const int KeptOpenSeconds = 60;

    private readonly SshTarget _target;
    private readonly IReadOnlyDictionary<string, string> _environment;
    private readonly TimeProvider _clock;
    private readonly string _socket;
    private bool? _hasUserConnection;

    /// <param name="target">The machine.</param>
    /// <param name="environment">Environment of ssh (agent, home folder).</param>
    /// <param name="clock">Measures time limits.</param>
    /// <param name="sockets">Private folder for the shared connection's socket; its path must be short.</param>
    public SshShell(SshTarget target, IReadOnlyDictionary<string, string> environment, TimeProvider clock, string sockets)
    {
        (_target, _environment, _clock) = (target, environment, clock);
        _socket = Path.Combine(sockets, Sha256.ComputeHash(Encoding.UTF8.GetBytes(target.ConnectionKey)).Hex[..16]);
    }

    public string Name => _target.User is null ? _target.Host : $"{_target.User}@{_target.Host}";

    public ShellResult Run(ShellCall call, CancellationToken cancel) =>
        FindUnusableFile() is { } why
            ? new ShellResult.NoAnswer(why, WasReached: false)
            : ProcessShell.Run(
                [.. BuildCommand(cancel), _target.Host, "exec /bin/sh -s"],
                // The login shell may be any shell. All of them parse this as one word.
                script =>
                    [
                        .. BuildCommand(cancel),
                        _target.Host,
                        $"exec /bin/sh -c 'eval \"$(echo {Convert.ToBase64String(Encoding.UTF8.GetBytes(script))} | base64 -d)\"'",
                    ],
                _environment,
                call,
                _clock,
                cancel
            );

    public void Dispose() { }

    // ssh would read a device, or wait for a writer of a pipe, for ever.
    private string? FindUnusableFile() =>
        new[] { ("configuration", _target.ConfigPath), ("key", _target.KeyPath) }
            .Select(file =>
                file.Item2 is { } path && FileKind.FindNonFileKind(path) is { } kind
                    ? $"the {file.Item1} '{path}' for ssh is not a regular file but {kind}"
                    : null
            )
            .FirstOrDefault(why => why is not null);

    private IEnumerable<string> BuildCommand(CancellationToken cancel)
    {
        _hasUserConnection ??= HasUserConnection(cancel);
        return _hasUserConnection.Value
            ? [.. BuildBasicCommand(), "-o", "ControlMaster=no"]
            :
            [
                .. BuildBasicCommand(),
                "-o",
                "ControlMaster=auto",
                "-o",
                "ControlPath=" + _socket,
                "-o",
                string.Create(CultureInfo.InvariantCulture, $"ControlPersist={KeptOpenSeconds}"),
            ];
    }

    // ssh uses the first value of an option, so mandatory options come first.
    private List<string> BuildBasicCommand()
    {
        List<string> words = ["ssh"];
        if (_target.ConfigPath is { } config)
        {
            words.AddRange(["-F", config]);
        }

        words.AddRange([
            "-T",
            "-o",
            "BatchMode=yes",
            "-o",
            "StrictHostKeyChecking=yes",
            "-o",
            "ClearAllForwardings=yes",
            "-o",
            "ForwardAgent=no",
            "-o",
            "ForwardX11=no",
            "-o",
            "RemoteCommand=none",
            "-o",
            "PermitLocalCommand=no",
        ]);
        words.AddRange(_target.Options.SelectMany(option => (string[])["-o", option]));
        words.AddRange(["-o", "LogLevel=ERROR", "-o", "ConnectTimeout=20", "-o", "ServerAliveInterval=15", "-o", "ServerAliveCountMax=3"]);
        AddOption("-l", _target.User);
        AddOption("-p", _target.Port?.ToString(CultureInfo.InvariantCulture));
        AddOption("-i", _target.KeyPath);
        AddOption("-J", _target.JumpHost);
        return words;

        void AddOption(string flag, string? value)
        {
            if (value is not null)
            {
                words.AddRange([flag, value]);
            }
        }
    }

    private bool HasUserConnection(CancellationToken cancel)
    {
        var check = string.Join(' ', BuildBasicCommand().Append("-O").Append("check").Append(_target.Host).Select(ShellText.Quote));
        return ProcessShell.Run(
            ["/bin/sh", "-s"],
            script => ["/bin/sh", "-c", script],
            _environment,
            new ShellCall(check, TimeSpan.FromSeconds(10)),
            _clock,
            cancel
        )
            is ShellResult.Ended { ExitCode: 0 };
    }
}
