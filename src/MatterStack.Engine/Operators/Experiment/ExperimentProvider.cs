using MatterStack.Engine.Operators.Exchange;
using MatterStack.Engine.Operators.Experiment.Api;
using MatterStack.Engine.Operators.Web;
using MatterStack.Engine.Wiring;
using MatterStack.Engine.Wiring.Schema;

namespace MatterStack.Engine.Operators.Experiment;

/// <summary>Kind <c>experiment</c>: an instrument with an HTTP interface, or a laboratory that watches a folder.</summary>
internal sealed class ExperimentProvider : OperatorProvider
{
    public override OperatorKind Kind { get; } = WiringSchema.WithoutSchedulers.FindKind("experiment")!;

    public override OperatorTraits Traits(OperatorWiring wired) => new() { KeepsTimeLimits = true };

    public override AttemptOperator Create(OperatorWiring wired, OperatorContext context)
    {
        if (wired.Settings.GetGroup("api") is not { } api)
        {
            return new ExchangeOperator(new ExperimentExchange(wired.OperatorName), context);
        }

        var options = ApiOptions.Of(api);
        var client = context.Share(options, () => new ApiClient(options, new WebClient(context.Clock, options.Timeout, options.Auth is { } auth ? () => context.Reveal(auth) : null, context.Redaction), context.Disk));
        return new ExchangeOperator(new ExperimentExchange(wired.OperatorName, options.BaseUrl), context, courier: changed => new ApiCourier(client, options, context, changed));
    }
}
