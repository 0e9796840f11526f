import { API_VERSION, type ResourceKind } from '@vipcast/config';
import { type Resource, resource } from '@vipcast/kubernetes';

const [group = '', version = ''] = API_VERSION.split('/');

const kind = (plural: string, name: ResourceKind): Resource => resource(group, version, plural, name, false);

/** Our kinds, where the API server keeps them. */
export const OUR_KINDS: readonly Resource[] = [
  kind('bgppeers', 'BGPPeer'),
  kind('bgpadvertisements', 'BGPAdvertisement'),
  kind('vippools', 'VIPPool'),
];
