using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Wiring;
using MatterStack.Engine.Wiring.Fields;

namespace MatterStack.Engine.Operators.Plugins;

/// <summary>Wraps the provider of a plug-in: an exception becomes a problem that names the provider.</summary>
internal sealed class PluginProvider : OperatorProvider
{
    private readonly OperatorProvider _provider;
    private readonly string _name;

    public PluginProvider(OperatorProvider provider)
    {
        (_provider, _name) = (provider, provider.GetType().FullName!);
        Kind = provider.Kind ?? throw new InvalidOperationException("its Kind is null");
    }

    /// <summary>Time limit of a call of its operators.</summary>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromMinutes(1);

    public override OperatorKind Kind { get; }

    internal override string Name => _name;

    public override string? FindUnavailableReason(OperatorWiring wired) =>
        PluginLoader.RunGuarded(_name, () => _provider.FindUnavailableReason(wired));

    public override string? FindRefusalReason(OperatorWiring wired, CampaignTask task) =>
        PluginLoader.RunGuarded(_name, () => _provider.FindRefusalReason(wired, task));

    public override OperatorTraits GetTraits(OperatorWiring wired) =>
        PluginLoader.RunGuarded(_name, () => _provider.GetTraits(wired) ?? throw new InvalidOperationException("GetTraits returned null"));

    public override AttemptOperator Create(OperatorWiring wired, OperatorContext context) =>
        new PluginOperator(_name, _provider.GetType().Assembly, given => _provider.Create(wired, given), context, CallTimeout);
}
