using MatterStack.Engine.Operators.Exchange;
using MatterStack.Engine.Operators.Experiment.Api;
using MatterStack.Engine.Transports.Http;
using MatterStack.Engine.Wiring;
using MatterStack.Engine.Wiring.Fields;

namespace MatterStack.Engine.Operators.Experiment;

/// <summary>Kind <c>experiment</c>: an instrument with an HTTP interface, or a laboratory that watches a folder.</summary>
internal sealed class ExperimentProvider : OperatorProvider
{
    public override OperatorKind Kind { get; } = WiringSchema.WithoutSchedulers.FindKind("experiment")!;

    public override OperatorTraits GetTraits(OperatorWiring wired) => new() { EnforcesTimeLimits = true };

    internal override bool IsExternalWork => true;

    public override AttemptOperator Create(OperatorWiring wired, OperatorContext context)
    {
        if (wired.Settings.GetGroup("api") is not { } api)
        {
            return new ExchangeOperator(new ExperimentExchange(wired.OperatorName), context);
        }

        var options = InstrumentOptions.FromSettings(api);
        var client = context.GetOrAddShared(options, () =>
            new InstrumentClient(
                options,
                new WebClient(
                    context.Clock,
                    options.Timeout,
                    options.Authorization is { } auth ? () => context.ResolveSecrets(auth) : null,
                    context.Redaction
                ),
                context.Disk
            )
        );
        return new ExchangeOperator(
            new ExperimentExchange(wired.OperatorName, options.BaseUrl),
            context,
            createTransport: changed => new HttpExchangeTransport(client, options, context, changed)
        );
    }
}
