namespace MatterStack.Engine.Wiring;

/// <summary>A container engine and its options.</summary>
internal sealed record ContainerOptions(string Engine, string? Executable, IReadOnlyList<string> Options)
{
    public static ContainerOptions? FromSettings(Settings? container) =>
        container is null ? null : new(container.GetText("engine")!, container.GetText("executable"), container.GetList("options"));
}
