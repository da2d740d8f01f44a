namespace MatterStack.Engine.Wiring;

/// <summary>Options of an ssh connection. The user's own ssh configuration decides where a value is null.</summary>
internal sealed record SshOptions(string Host, string? User, int? Port, string? KeyPath, string? Jump, string? Config, IReadOnlyList<string> Options)
{
    public static SshOptions? From(Settings? ssh) => ssh is null ? null : new(
        ssh.Text("host")!, ssh.Text("user"), ssh.Integer("port"), ssh.Text("key_path"), ssh.Text("jump"), ssh.Text("config"), ssh.List("options"));
}

/// <summary>A container engine and its options.</summary>
internal sealed record ContainerOptions(string Engine, string? Executable, IReadOnlyList<string> Options)
{
    public static ContainerOptions? From(Settings? container) => container is null ? null : new(
        container.Text("engine")!, container.Text("executable"), container.List("options"));
}
