using System.Reflection;
using System.Runtime.Loader;

namespace MatterStack.Engine.Campaigns.Loading;

/// <summary>Load context of a campaign's assemblies during a call. Assemblies are loaded from bytes, so that no file stays open, and
/// unloaded with the context.</summary>
internal sealed class CampaignLoadContext : AssemblyLoadContext
{
    /// <summary>Name of all such contexts.</summary>
    public const string ContextName = "campaign";

    private readonly AssemblyDependencyResolver _resolver;

    public CampaignLoadContext(string assembly)
        : base(ContextName, isCollectible: true) => _resolver = new AssemblyDependencyResolver(assembly);

    public Assembly LoadFromBytes(string path) => LoadFromStream(new MemoryStream(File.ReadAllBytes(path)));

    // Use the running engine: Campaign of another copy of the engine would be another type.
    protected override Assembly? Load(AssemblyName assemblyName) =>
        assemblyName.Name == typeof(CampaignLoadContext).Assembly.GetName().Name ? typeof(CampaignLoadContext).Assembly
        : _resolver.ResolveAssemblyToPath(assemblyName) is { } path ? LoadFromBytes(path)
        : SharedFrameworks.IsInRuntime(assemblyName) ? null
        : SharedFrameworks.FindPath(assemblyName) is { } shared ? LoadFromAssemblyPath(shared)
        : null;

    // The operating system loads native code only from files.
    protected override nint LoadUnmanagedDll(string unmanagedDllName) =>
        _resolver.ResolveUnmanagedDllToPath(unmanagedDllName) is { } path ? LoadUnmanagedDllFromPath(path) : 0;
}
