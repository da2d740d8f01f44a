namespace MatterStack.Engine.Wiring;

/// <summary>Options of an ssh connection. The user's own ssh configuration decides where a value is null.</summary>
internal sealed record SshOptions(
    string Host,
    string? User,
    int? Port,
    string? KeyPath,
    string? JumpHosts,
    string? ConfigPath,
    IReadOnlyList<string> Options
)
{
    public static SshOptions? FromSettings(Settings? ssh) =>
        ssh is null
            ? null
            : new(
                ssh.GetText("host")!,
                ssh.GetText("user"),
                ssh.GetInteger("port"),
                ssh.GetText("key_path"),
                ssh.GetText("jump"),
                ssh.GetText("config"),
                ssh.GetList("options")
            );
}
