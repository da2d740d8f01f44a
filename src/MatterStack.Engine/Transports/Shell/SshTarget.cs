using System.Globalization;

namespace MatterStack.Engine.Transports.Shell;

/// <summary>Address and ssh options of a machine. The user's ssh configuration decides about null values.</summary>
internal sealed record SshTarget(
    string Host,
    string? User,
    int? Port,
    string? KeyPath,
    string? JumpHost,
    string? ConfigPath,
    IReadOnlyList<string> Options
)
{
    /// <summary>Key of the connection: targets with the same text share a connection.</summary>
    public string ConnectionKey =>
        string.Join(
            '\u001f',
            [
                Host,
                User ?? "",
                Port?.ToString(CultureInfo.InvariantCulture) ?? "",
                KeyPath ?? "",
                JumpHost ?? "",
                ConfigPath ?? "",
                .. Options,
            ]
        );
}
