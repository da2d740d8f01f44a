using System.Globalization;
using System.Text;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Transports;

/// <summary>Address and ssh options of a machine. The user's ssh configuration decides about null values.</summary>
internal sealed record SshTarget(string Host, string? User, int? Port, string? KeyPath, string? Jump, string? Config, IReadOnlyList<string> Options)
{
    /// <summary>Key of the connection: targets with the same text share a connection.</summary>
    public string Text => string.Join('\u001f', [Host, User ?? "", Port?.ToString(CultureInfo.InvariantCulture) ?? "", KeyPath ?? "", Jump ?? "", Config ?? "", .. Options]);
}

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
    private bool? _usersConnection;

    /// <param name="target">The machine.</param>
    /// <param name="environment">Environment of ssh (agent, home folder).</param>
    /// <param name="clock">Measures time limits.</param>
    /// <param name="sockets">Private folder for the shared connection's socket; its path must be short.</param>
    public SshShell(SshTarget target, IReadOnlyDictionary<string, string> environment, TimeProvider clock, string sockets)
    {
        (_target, _environment, _clock) = (target, environment, clock);
        _socket = Path.Combine(sockets, Sha256.ComputeHash(Encoding.UTF8.GetBytes(target.Text)).Hex[..16]);
    }

    public string Name => _target.User is null ? _target.Host : $"{_target.User}@{_target.Host}";

    public ShellAnswer Run(ShellCall call, CancellationToken cancel) => NotUsable() is { } why ? new ShellAnswer.None(why, Reached: false) : ProcessShell.Run(
        [.. Command(cancel), _target.Host, "exec /bin/sh -s"],
        // The login shell may be any shell. All of them parse this as one word.
        script => [.. Command(cancel), _target.Host, $"exec /bin/sh -c 'eval \"$(echo {Convert.ToBase64String(Encoding.UTF8.GetBytes(script))} | base64 -d)\"'"],
        _environment, call, _clock, cancel);

    public void Dispose()
    {
    }

    // ssh would read a device, or wait for a writer of a pipe, for ever.
    private string? NotUsable() => new[] { ("configuration", _target.Config), ("key", _target.KeyPath) }
        .Select(file => file.Item2 is { } path && FileKind.Other(path) is { } kind ? $"the {file.Item1} '{path}' for ssh is not a regular file but {kind}" : null)
        .FirstOrDefault(why => why is not null);

    private IEnumerable<string> Command(CancellationToken cancel)
    {
        _usersConnection ??= HasUsersConnection(cancel);
        return _usersConnection.Value
            ? [.. Basic(), "-o", "ControlMaster=no"]
            : [.. Basic(), "-o", "ControlMaster=auto", "-o", "ControlPath=" + _socket, "-o", string.Create(CultureInfo.InvariantCulture, $"ControlPersist={KeptOpenSeconds}")];
    }

    // ssh uses the first value of an option, so mandatory options come first.
    private List<string> Basic()
    {
        List<string> words = ["ssh"];
        if (_target.Config is { } config)
        {
            words.AddRange(["-F", config]);
        }

        words.AddRange(["-T", "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=yes", "-o", "ClearAllForwardings=yes", "-o", "ForwardAgent=no", "-o", "ForwardX11=no", "-o", "RemoteCommand=none", "-o", "PermitLocalCommand=no"]);
        words.AddRange(_target.Options.SelectMany(option => (string[])["-o", option]));
        words.AddRange(["-o", "LogLevel=ERROR", "-o", "ConnectTimeout=20", "-o", "ServerAliveInterval=15", "-o", "ServerAliveCountMax=3"]);
        Add("-l", _target.User);
        Add("-p", _target.Port?.ToString(CultureInfo.InvariantCulture));
        Add("-i", _target.KeyPath);
        Add("-J", _target.Jump);
        return words;

        void Add(string flag, string? value)
        {
            if (value is not null)
            {
                words.AddRange([flag, value]);
            }
        }
    }

    private bool HasUsersConnection(CancellationToken cancel)
    {
        var check = string.Join(' ', Basic().Append("-O").Append("check").Append(_target.Host).Select(ShellText.Quote));
        return ProcessShell.Run(["/bin/sh", "-s"], script => ["/bin/sh", "-c", script], _environment, new ShellCall(check, TimeSpan.FromSeconds(10)), _clock, cancel)
            is ShellAnswer.Ended { ExitCode: 0 };
    }
}
