using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Wiring;
using MatterStack.Engine.Wiring.Schema;

namespace MatterStack.Engine.Operators.Own;

/// <summary>Wraps the provider of a plug-in: an exception becomes a problem that names the provider.</summary>
internal sealed class GuardedProvider : OperatorProvider
{
    private readonly OperatorProvider _provider;
    private readonly string _name;

    public GuardedProvider(OperatorProvider provider)
    {
        (_provider, _name) = (provider, provider.GetType().FullName!);
        Kind = provider.Kind ?? throw new InvalidOperationException("its Kind is null");
    }

    /// <summary>Time limit of a call of its operators.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(1);

    public override OperatorKind Kind { get; }

    /// <summary>Name of its class.</summary>
    public string Name => _name;

    public override string? WhyNot(OperatorWiring wired) => OwnProviders.Guard(_name, () => _provider.WhyNot(wired));

    public override string? Refuses(OperatorWiring wired, CampaignTask task) => OwnProviders.Guard(_name, () => _provider.Refuses(wired, task));

    public override OperatorTraits Traits(OperatorWiring wired) => OwnProviders.Guard(_name, () => _provider.Traits(wired) ?? throw new InvalidOperationException("Traits returned null"));

    public override AttemptOperator Create(OperatorWiring wired, OperatorContext context) =>
        new GuardedOperator(_name, _provider.GetType().Assembly, given => _provider.Create(wired, given), context, Patience);
}
