using System.Reflection;

namespace MatterStack.Engine.Campaigns.Loading;

/// <summary>Distinguishes types of the runtime from types of a campaign and its packages. It caches them, so an instance serves one call
/// and keeps no campaign loaded.</summary>
internal sealed class FrameworkTypes
{
    private readonly Dictionary<Type, bool> _known = [];
    private readonly Dictionary<Assembly, bool> _assemblies = [];

    public bool IsFromRuntime(Type type)
    {
        if (!_known.TryGetValue(type, out var known))
        {
            _known[type] = known = IsFromRuntime(type.Assembly);
        }

        return known;
    }

    private bool IsFromRuntime(Assembly assembly)
    {
        if (!_assemblies.TryGetValue(assembly, out var known))
        {
            _assemblies[assembly] = known =
                assembly == typeof(object).Assembly || (!assembly.IsCollectible && SharedFrameworks.IsInRuntime(assembly.GetName()));
        }

        return known;
    }
}
